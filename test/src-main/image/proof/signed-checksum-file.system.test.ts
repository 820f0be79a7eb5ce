import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planSources } from '../../../../src-main/image/plan-source.ts'
import { readTrust } from '../../../../src-main/image/proof/trust.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { makeSigner, type GpgSignerOptions, type Signer } from '../../../support/mirror/gpg.ts'
import { describeWith } from '../../../support/run/needs.ts'
import { startMirror, type Mirror } from '../../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'

const [first, second] = ['1'.repeat(64), '2'.repeat(64)]
// Starts like Fedora's lists. A dash at the start of a line is escaped, and blanks at its end are
// not signed.
const list = `# x.raw.xz: 8 bytes\n- a list  \nSHA256 (x.raw.xz) = ${first}\n`

describeWith(['command:gpg'], 'a signed list of sums', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let mirror: Mirror
  let signer: Signer
  let stranger: Signer
  let keyring: string
  beforeAll(async () => {
    ;[directory, testPorts, mirror, signer, stranger] = await Promise.all([
      makeTemporaryDirectory(),
      makeTestPorts(),
      startMirror(),
      makeSigner(),
      makeSigner({ algorithm: 'ed25519' }),
    ])
    keyring = await keyringOf(signer)
    await writeFile(directory.file('x.raw.xz'), 'an image')
  })
  afterAll(() =>
    Promise.all([directory.dispose(), testPorts.dispose(), mirror.close(), signer.dispose(), stranger.dispose()]),
  )

  async function keyringOf({ fingerprint, armoredPublicKey }: Signer): Promise<string> {
    const file = directory.file(`${fingerprint}.asc`)
    await writeFile(file, armoredPublicKey)
    return file
  }

  const clear = async (text = list, by = signer, options = {}) =>
    (await by.sign(Buffer.from(text), { cleartext: true, ...options })).toString()

  /**
   * Reads the trust of an image with a list of checksums.
   * @param keys – path of a keyring
   */
  async function trust(text: string, keys = keyring, checksumFile = directory.file('CHECKSUM')) {
    if (checksumFile === directory.file('CHECKSUM')) await writeFile(checksumFile, text)
    const { signal } = new AbortController()
    const image = { kind: 'file' as const, path: directory.file('x.raw.xz') }
    const [plan] = await planSources(testPorts.ports, { image, checksumFile, keyring: keys }, signal)
    return { plan: plan!, trust: await readTrust(testPorts.ports, plan!, signal) }
  }

  const proved = () => ({
    plan: { sha256: { value: first } },
    trust: { origin: 'signed-list', signature: null, list: { signedBy: { fingerprint: signer.fingerprint } } },
  })

  test.each([
    ['as gpg makes it', (text: string) => text],
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a mark of UTF-8 and text around it', (text: string) => `\ufeffbefore\n\n${text}after\n`],
  ])('in clear, %s, proves the image', async (_, change) => {
    expect(await trust(change(await clear()))).toMatchObject(proved())
  })

  test('counts by its signed part alone', async () => {
    const text = await clear()
    for (const around of [`${second}  x.raw.xz\n${text}`, `${text}${second}  x.raw.xz\n`])
      expect(await trust(around)).toMatchObject(proved())
    const without = await clear(`${second}  y.raw.xz\n`)
    expect(await failureOf(trust(`${first}  x.raw.xz\n${without}${first}  x.raw.xz\n`))).toMatchObject({
      code: 'checksum-missing',
    })
  })

  test('is refused when it was changed', async () => {
    const text = await clear()
    for (const changed of [text.replace(first, second), text.replace('# x.raw.xz', '# y.raw.xz')])
      expect(await failureOf(trust(changed))).toMatchObject({ code: 'checksums-changed' })
  })

  test('by the key of a stranger is refused', async () => {
    const text = await clear(list, stranger)
    expect(await failureOf(trust(text))).toMatchObject({ code: 'key-unknown' })
  })

  test.each([
    ['expired', 'key-expired'],
    ['revoked', 'key-revoked'],
  ] as const)('by a key that is %s is refused', async (validity: GpgSignerOptions['validity'] & string, code) => {
    const other = await makeSigner({ algorithm: 'ed25519', validity })
    try {
      expect(await failureOf(trust(await clear(list, other), await keyringOf(other)))).toMatchObject({ code })
    } finally {
      await other.dispose()
    }
  })

  test('over SHA-1, or expired, is refused', async () => {
    expect(await failureOf(trust(await clear(list, signer, { hash: 'SHA1' })))).toMatchObject({
      code: 'signature-weak',
    })
    const madeAt = new Date(Date.now() - 30 * 24 * 3600 * 1000)
    expect(await failureOf(trust(await clear(list, signer, { madeAt, expiresAfterDays: 3 })))).toMatchObject({
      code: 'signature-expired',
    })
  })

  test.each([
    ['two signed texts', async () => (await clear()) + (await clear(`${second}  x.raw.xz\n`))],
    ['no end', async () => (await clear()).replace('-----END PGP SIGNATURE-----', '')],
    ['no signature', async () => (await clear()).replace(/-----BEGIN PGP SIGNATURE-----[^]*/, '')],
    ['a dash that is not escaped', async () => (await clear()).replace('- - a', '- a').replace('- a', '-a')],
    ['a header besides Hash', async () => (await clear()).replace('Hash:', `Comment: ${second}  x.raw.xz\nHash:`)],
    [
      'a signature that is damaged',
      async () => (await clear()).replace(/(SIGNATURE-----\n\n)[^]*(?=-----END)/, '$1AAAA\n'),
    ],
  ])('with %s is refused', async (_, make) => {
    expect(await failureOf(trust(await make()))).toMatchObject({
      code: 'signature-malformed',
    })
  })

  test('may have its signature beside it', async () => {
    for (const [ending, armored] of [
      ['.gpg', false],
      ['.asc', true],
    ] as const) {
      const url = await mirror.put(`beside${ending}/SHA256SUMS`, list)
      await mirror.put(`beside${ending}/SHA256SUMS${ending}`, await signer.sign(Buffer.from(list), { armored }))
      expect(await trust('', keyring, url)).toMatchObject(proved())
      await mirror.put(`beside${ending}/SHA256SUMS`, list.replace(first, second))
      expect(await failureOf(trust('', keyring, url))).toMatchObject({ code: 'checksums-changed' })
    }
  })

  test('without a signature proves what a sum proves', async () => {
    expect(await trust(list)).toMatchObject({
      plan: { checksumFile: { signature: null } },
      trust: { origin: 'sha256', signature: null },
    })
  })

  describe('by a pinned key', () => {
    test('must be of the Fedora that the image is called after', async () => {
      const name = 'fedora-coreos-44.20260707.3.1-metal.x86_64.raw.xz'
      await writeFile(directory.file(name), 'an image')
      const ports = {
        ...testPorts.ports,
        keys: {
          pinned: [{ fingerprint: signer.fingerprint, release: 43 }],
          bundled: async () => signer.armoredPublicKey,
          urls: () => [],
        },
      }
      const checksumFile = directory.file('CHECKSUM')
      await writeFile(checksumFile, await clear(`${first}  ${name}\n`))
      const { signal } = new AbortController()
      const image = { kind: 'file' as const, path: directory.file(name) }
      const [plan] = await planSources(ports, { image, checksumFile }, signal)
      expect(await failureOf(readTrust(ports, plan!, signal))).toMatchObject({ code: 'image-is-another' })
    })
  })
})
