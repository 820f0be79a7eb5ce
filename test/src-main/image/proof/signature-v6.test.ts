import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createMessage, generateKey, sign, type Key, type PrivateKey } from 'openpgp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf, startHash } from '../../../../src-main/memory/digest.ts'
import { startFileProofs } from '../../../../src-main/image/proof/proofs.ts'
import { checkSignature } from '../../../../src-main/image/proof/signature.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'

const image = Buffer.from('an image'.repeat(10_000))

/** Makes a key with openpgp.js, because current versions of gpg make no keys of version 6. */
async function makeKey(v6Keys: boolean): Promise<{ secret: PrivateKey; armored: string; fingerprint: string }> {
  const { privateKey, publicKey } = await generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Six', email: 'six@example.org' }],
    format: 'object',
    config: { v6Keys },
  })
  return {
    secret: privateKey,
    armored: publicKey.armor(),
    fingerprint: (publicKey as Key).getFingerprint().toUpperCase(),
  }
}

describe('a version 6 signature (RFC 9580)', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let key: Awaited<ReturnType<typeof makeKey>>
  let signature: Buffer
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    testPorts = await makeTestPorts()
    key = await makeKey(true)
    const message = await createMessage({ binary: new Uint8Array(image) })
    signature = Buffer.from(await sign({ message, signingKeys: key.secret, detached: true, format: 'binary' }))
  })
  afterAll(() => Promise.all([testPorts.dispose(), directory.dispose()]))

  const pinnedTo = (fingerprint: string) => ({
    ...testPorts.ports,
    keys: { pinned: [{ fingerprint, release: 50 }], bundled: async () => key.armored, urls: () => [] },
  })
  const about = {
    source: 'image.raw',
    keyring: null,
    retries: 0,
    signal: new AbortController().signal,
    now: Date.now(),
  }

  test('proves its image by a pinned key, whose id is the start of its fingerprint', async () => {
    expect(key.fingerprint).toMatch(/^[0-9A-F]{64}$/)
    const check = await checkSignature(pinnedTo(key.fingerprint), signature, { ...about, now: Date.now() })
    expect(check.signedBy).toMatchObject({ fingerprint: key.fingerprint, trustedBy: 'pinned', signer: 'Fedora 50' })
    await check.prove(digestOf(startHash(check.hashName).update(image)))
    const unsalted = createHash(check.hashName.split('+')[0]!).update(image)
    await expect(check.prove(digestOf(unsalted))).rejects.toMatchObject({ code: 'signature-bad' })
  })

  test('proves the file that streams past, and no other', async () => {
    const trust = {
      origin: 'signature' as const,
      signature: await checkSignature(pinnedTo(key.fingerprint), signature, { ...about, now: Date.now() }),
    }
    const proofs = startFileProofs({ sha256: null } as never, trust)
    for (let at = 0; at < image.length; at += 1000) proofs.update(image.subarray(at, at + 1000))
    expect(await proofs.conclude()).toEqual({
      size: image.length,
      sha256: createHash('sha256').update(image).digest('hex'),
    })
    const other = startFileProofs({ sha256: null } as never, trust)
    other.update(Buffer.from('another'))
    await expect(other.conclude()).rejects.toMatchObject({ code: 'signature-bad' })
  })

  test('of a key whose fingerprint only ends with that id is by a stranger', async () => {
    const lookalike = `${'0'.repeat(48)}${key.fingerprint.slice(0, 16)}`
    const refused = checkSignature(pinnedTo(lookalike), signature, { ...about, now: Date.now() })
    await expect(refused).rejects.toMatchObject({ code: 'key-not-pinned' })
  })

  test('is not proved by a packaged key that is another than the pinned one', async () => {
    const pinned = `${key.fingerprint.slice(0, 16)}${'0'.repeat(48)}`
    const refused = checkSignature(pinnedTo(pinned), signature, { ...about, now: Date.now() })
    await expect(refused).rejects.toMatchObject({ code: 'key-unavailable' })
  })

  test('is proved by a keyring, too', async () => {
    const keyring = directory.file('six.asc')
    await writeFile(keyring, key.armored)
    const check = await checkSignature(testPorts.ports, signature, { ...about, keyring, now: Date.now() })
    await check.prove(digestOf(startHash(check.hashName).update(image)))
  })

  test('of an algorithm that is not known is told by its name', async () => {
    const later = Buffer.from(signature)
    // The algorithm is the third byte of the packet's body, which follows a header of two bytes.
    const start = later.indexOf(Buffer.from([6, 0]))
    later[start + 2] = 30
    await expect(checkSignature(testPorts.ports, later, { ...about, now: Date.now() })).rejects.toMatchObject({
      code: 'signature-malformed',
      details: { reason: 'it uses the algorithm 30 (ML-DSA-65+Ed25519), which Kindling does not know' },
    })
  })
})
