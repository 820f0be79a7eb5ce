import { createMessage, readKey, readMessage, readSignature, verify, type PublicKey } from 'openpgp'
import { afterAll, expect, test } from 'vitest'
import { makeDemoSigner } from '../worlds/demo-key.ts'
import { makeSigner } from './gpg.ts'
import { describeWith } from '../run/needs.ts'
import type { Signer } from './signer.ts'

const bytes = Buffer.from('an image')

async function check(key: PublicKey, binarySignature: Uint8Array, date = new Date()): Promise<string> {
  const signature = await readSignature({ binarySignature })
  const message = await createMessage({ binary: new Uint8Array(bytes) })
  const { signatures } = await verify({ message, signature, verificationKeys: key, date, format: 'binary' })
  return signatures[0]!.verified.then(
    () => 'good',
    (error: Error) => error.message,
  )
}

describeWith(['command:gpg'], 'a signer', () => {
  const signers: Signer[] = []
  afterAll(() => Promise.all(signers.map((signer) => signer.dispose())))
  const make = async (options: Parameters<typeof makeSigner>[0] = {}) => {
    const signer = await makeSigner(options)
    signers.push(signer)
    return { signer, key: await readKey({ armoredKey: signer.armoredPublicKey }) }
  }

  test('signs so that openpgp.js agrees, with the fingerprint that it says', async () => {
    const { signer, key } = await make()
    expect(key.getFingerprint().toUpperCase()).toBe(signer.fingerprint)
    expect(await check(key, await signer.sign(bytes))).toBe('good')
    expect(await check(key, await signer.sign('/dev/null'))).toMatch(/digest did not match/i)
  })

  test('signs in every way that a verifier must refuse', async () => {
    const { signer, key } = await make({ algorithm: 'ed25519' })
    const day = 86_400_000
    const past = await signer.sign(bytes, { madeAt: new Date(Date.now() - 9 * day), expiresAfterDays: 1 })
    expect(await check(key, past)).toMatch(/expired/)
    expect(await check(key, await signer.sign(bytes, { madeAt: new Date(Date.now() + 9 * day) }))).toMatch(/future/)
    expect(await check(key, await signer.sign(bytes, { hash: 'SHA1' }))).toMatch(/sha1|weak/i)
    expect((await signer.sign(bytes, { armored: true })).toString()).toMatch(/^-----BEGIN PGP SIGNATURE/)
    const inline = await readMessage({ binaryMessage: await signer.sign(bytes, { inline: true }) })
    expect(inline.getSigningKeyIDs()).toHaveLength(1)
  })

  test('has an expired key whose signature is older than its end', async () => {
    const { signer, key } = await make({ validity: 'expired' })
    expect(await key.getExpirationTime()).toEqual(new Date('2021-01-01T00:00:00Z'))
    expect(await check(key, await signer.sign(bytes), new Date('2020-07-01'))).toBe('good')
  })

  test('has a key that is published as revoked', async () => {
    const { signer, key } = await make({ validity: 'revoked' })
    expect(await key.isRevoked()).toBe(true)
    expect(await check(key, await signer.sign(bytes))).toMatch(/revoked/)
  })
})

test('the signer of the demo signs without gpg', async () => {
  const signer = await makeDemoSigner()
  const key = await readKey({ armoredKey: signer.armoredPublicKey })
  expect(key.getFingerprint().toUpperCase()).toBe(signer.fingerprint)
  expect(await check(key, await signer.sign(bytes))).toBe('good')
})
