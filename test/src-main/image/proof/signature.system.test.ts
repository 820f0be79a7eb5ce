import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import pinned from '../../../../assets/fedora-signing-keys.json' with { type: 'json' }
import type { Ports } from '../../../../src-main/ports.ts'
import { readKeyring } from '../../../../src-main/image/proof/keys.ts'
import { digestOf, startHash } from '../../../../src-main/memory/digest.ts'
import { checkSignature } from '../../../../src-main/image/proof/signature.ts'
import { makeSigner, type Signer } from '../../../support/mirror/gpg.ts'
import { startMirror, type Mirror } from '../../../support/mirror/mirror.ts'
import { describeWith } from '../../../support/run/needs.ts'
import { namedWithShared, sharedFile } from '../../../support/run/shared.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'

const image = Buffer.from('an image'.repeat(10_000))

describeWith(['command:gpg'], 'a signature made by gpg', () => {
  let directory: TemporaryDirectory
  let signer: Signer
  let testPorts: TestPorts
  let keyring: string

  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    signer = await makeSigner()
    testPorts = await makeTestPorts()
    keyring = await keyringOf(signer)
  })
  afterAll(async () => {
    await signer.dispose()
    await testPorts.dispose()
    await directory.dispose()
  })

  async function keyringOf(...signers: Signer[]): Promise<string> {
    const file = directory.file(`${signers.map(({ fingerprint }) => fingerprint.slice(-8)).join('-')}.asc`)
    await writeFile(file, signers.map(({ armoredPublicKey }) => armoredPublicKey).join('\n'))
    return file
  }

  async function prove(
    signature: Uint8Array,
    { keys = keyring as string | null, bytes = image, ports = testPorts.ports, retries = 2 } = {},
  ) {
    const { signal } = new AbortController()
    const about = { source: 'image.raw', keyring: keys, retries, signal, now: Date.now() }
    const check = await checkSignature(ports, signature, about)
    await check.prove(digestOf(startHash(check.hashName).update(bytes)))
    return check.signedBy
  }

  test('proves its image, and says who signed and when', async () => {
    const madeAt = new Date('2026-07-07T12:00:00Z')
    expect(await prove(await signer.sign(image, { madeAt }))).toEqual({
      fingerprint: signer.fingerprint,
      signer: 'Test Signer <signer@example.org>',
      signedAt: madeAt.toISOString(),
      trustedBy: 'keyring',
    })
  })

  test('proves its image when it is armored, or hashed with SHA-512', async () => {
    await prove(await signer.sign(image, { armored: true }))
    await prove(await signer.sign(image, { hash: 'SHA512' }))
  })

  test('by an Ed25519 key proves its image', async () => {
    const other = await makeSigner({ algorithm: 'ed25519' })
    await prove(await other.sign(image), { keys: await keyringOf(signer, other) })
    await other.dispose()
  })

  test('of another image is bad', async () => {
    const signature = await signer.sign(image)
    await expect(prove(signature, { bytes: Buffer.from('another') })).rejects.toMatchObject({ code: 'signature-bad' })
  })

  test('is bad or malformed whatever bit of it flips', async () => {
    const signature = await signer.sign(image)
    for (let position = 0; position < signature.length; position += 7) {
      const flipped = Buffer.from(signature)
      flipped[position]! ^= 1 << (position % 8)
      const outcome = await prove(flipped).catch((error: unknown) => error)
      // The unhashed part (the issuer’s key id, a second time) may change; the signed part may not.
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'KindlingError' })
      else expect(outcome).toMatchObject({ fingerprint: signer.fingerprint })
    }
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'signature-malformed'],
    ['a text', Buffer.from('this is no signature'), 'signature-malformed'],
    ['a broken armor', Buffer.from('-----BEGIN PGP SIGNATURE-----\n\nnothing\n'), 'signature-malformed'],
  ])('that is %s is malformed', async (_, bytes, code) => {
    await expect(prove(bytes)).rejects.toMatchObject({ code })
  })

  test('by a key of nobody is refused, with and without a keyring', async () => {
    const stranger = await makeSigner({ name: 'Stranger <stranger@example.org>' })
    const signature = await stranger.sign(image)
    await expect(prove(signature)).rejects.toMatchObject({ code: 'key-unknown' })
    await expect(prove(signature, { keys: null })).rejects.toMatchObject({ code: 'key-not-pinned' })
    await stranger.dispose()
  })

  test.each([
    ['expired', 'key-expired'],
    ['revoked', 'key-revoked'],
  ] as const)('by a key that is %s is refused', async (validity, code) => {
    const other = await makeSigner({ validity })
    await expect(prove(await other.sign(image), { keys: await keyringOf(other) })).rejects.toMatchObject({ code })
    await other.dispose()
  })

  test.each([
    ['first', 0],
    ['last', 1],
  ])('stands %s beside one over another hash: the one over SHA-256 is proved', async (_, place) => {
    const ours = await signer.sign(image)
    const both = [await signer.sign(image, { hash: 'SHA512' })]
    both.splice(place, 0, ours)
    const { signal } = new AbortController()
    const about = { source: 'image.raw', keyring, retries: 2, signal, now: Date.now() }
    const check = await checkSignature(testPorts.ports, Buffer.concat(both), about)
    expect(check.hashName).toBe('sha256')
    await check.prove(digestOf(createHash('sha256').update(image)))
    const bad = [await signer.sign(Buffer.from('another'))]
    bad.splice(place, 0, ours)
    await expect(prove(Buffer.concat(bad)), 'a good one does not excuse a bad one').rejects.toMatchObject({
      code: 'signature-bad',
    })
  })

  test('that expired is refused', async () => {
    const signature = await signer.sign(image, { madeAt: new Date('2024-01-01T00:00:00Z'), expiresAfterDays: 30 })
    await expect(prove(signature)).rejects.toMatchObject({ code: 'signature-expired' })
  })

  test('from the future is refused', async () => {
    const signature = await signer.sign(image, { madeAt: new Date(Date.now() + 30 * 24 * 3600 * 1000) })
    await expect(prove(signature)).rejects.toMatchObject({ code: 'signature-from-future' })
  })

  test('with SHA-1 is refused', async () => {
    await expect(prove(await signer.sign(image, { hash: 'SHA1' }))).rejects.toMatchObject({ code: 'signature-weak' })
  })

  describe('by a pinned key that is not held', () => {
    let mirror: Mirror
    let ports: TestPorts
    const pin = () => ({ fingerprint: signer.fingerprint, release: 44 })
    beforeAll(async () => {
      mirror = await startMirror()
    })
    afterAll(() => mirror.close())

    async function withKeyServer(name: string, content: string, run: (ports: Ports) => Promise<void>) {
      const url = await mirror.put(name, content)
      ports = await makeTestPorts({ keys: { pinned: [pin()], bundled: async () => null, urls: () => [url] } })
      await run(ports.ports)
      await ports.dispose()
    }

    test('is proved with the key from the network, which is then kept', async () => {
      const stranger = await makeSigner({ name: 'Other <other@example.org>' })
      await withKeyServer('keys.gpg', `${stranger.armoredPublicKey}\n${signer.armoredPublicKey}`, async (own) => {
        const signature = await signer.sign(image)
        expect(await prove(signature, { keys: null, ports: own })).toMatchObject({
          trustedBy: 'pinned',
          signer: 'Fedora 44',
        })
        expect(await prove(signature, { keys: null, ports: own })).toMatchObject({ trustedBy: 'pinned' })
        expect(mirror.requestsFor('keys.gpg')).toHaveLength(1)
      })
      await stranger.dispose()
    })

    test('is asked for again when its server fails once, and no more often than it was told', async () => {
      const signature = await signer.sign(image)
      for (const fault of [
        { kind: 'status', status: 503, times: 1 },
        { kind: 'drop', afterBytes: 100, times: 2 },
      ] as const)
        await withKeyServer(`failing-${fault.kind}.gpg`, signer.armoredPublicKey, async (own) => {
          const name = `failing-${fault.kind}.gpg`
          mirror.fault(name, fault)
          expect(await prove(signature, { keys: null, ports: own })).toMatchObject({ trustedBy: 'pinned' })
          expect(mirror.requestsFor(name)).toHaveLength(fault.times + 1)
        })
      for (const [status, asked] of [
        [503, 3],
        [404, 1],
      ] as const)
        await withKeyServer(`gone-${status}.gpg`, signer.armoredPublicKey, async (own) => {
          mirror.fault(`gone-${status}.gpg`, { kind: 'status', status })
          await expect(prove(signature, { keys: null, ports: own })).rejects.toMatchObject({
            code: 'key-unavailable',
          })
          expect(mirror.requestsFor(`gone-${status}.gpg`)).toHaveLength(asked)
        })
    })

    test('is refused when the network has another key under its name', async () => {
      const stranger = await makeSigner({ name: 'Other <other@example.org>' })
      await withKeyServer('other.gpg', stranger.armoredPublicKey, async (own) => {
        await expect(prove(await signer.sign(image), { keys: null, ports: own })).rejects.toMatchObject({
          code: 'key-unavailable',
        })
      })
      await stranger.dispose()
    })
  })
})

describe('the pinned fingerprints', () => {
  const files = pinned.map(({ release }) => `fedora-keys/fedora-${release}.asc`)
  const absent = files.some((file) => sharedFile(file) === null)

  test.skipIf(absent)(
    namedWithShared('are those of Fedora’s real keys, read from one file of armored blocks', ...files),
    async () => {
      const directory = await makeTemporaryDirectory()
      const blocks = await Promise.all(files.map((file) => readFile(sharedFile(file)!, 'utf8')))
      await writeFile(directory.file('fedora.gpg'), blocks.join('\n'))
      const keys = await readKeyring(directory.file('fedora.gpg'))
      expect(keys.map((key) => key.getFingerprint().toUpperCase())).toEqual(
        pinned.map(({ fingerprint }) => fingerprint),
      )
      await directory.dispose()
    },
  )

  test('are 40 or 64 hexadecimal digits, each once', () => {
    for (const { fingerprint } of pinned) expect(fingerprint).toMatch(/^([0-9A-F]{40}|[0-9A-F]{64})$/)
    expect(new Set(pinned.map(({ fingerprint }) => fingerprint)).size).toBe(pinned.length)
  })
})

test('one pass of SHA-256 gives the hash and the signature’s digest', () => {
  const hash = createHash('sha256').update(image)
  const copy = hash.copy().update('trailer')
  expect(hash.digest('hex')).toBe(createHash('sha256').update(image).digest('hex'))
  expect(copy.digest('hex')).toBe(createHash('sha256').update(image).update('trailer').digest('hex'))
})
