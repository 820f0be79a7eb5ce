import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readKey } from 'openpgp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import pinned from '../../../assets/fedora-signing-keys.json' with { type: 'json' }
import { digestOf, startHash } from '../../../src-main/memory/digest.ts'
import { checkSignature } from '../../../src-main/image/proof/signature.ts'
import { startCoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { publishReleases } from '../../support/mirror/publish-releases.ts'
import { makeRunSigner } from '../../support/mirror/run-signer.ts'
import type { Signer } from '../../support/mirror/signer.ts'
import { describeWith } from '../../support/run/needs.ts'
import { namedWithShared, sharedFile } from '../../support/run/shared.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTestPorts } from '../../support/worlds/test-ports.ts'

// Releases of Fedora 34 to 43, whose keys coreos-installer 0.27 no longer has.

const older = Array.from({ length: 10 }, (_, index) => 34 + index)

describeWith(['command:gpg'], 'releases of Fedora 34 to 43', () => {
  let signer: Signer
  beforeAll(async () => {
    signer = await makeRunSigner()
  })
  afterAll(() => signer.dispose())

  test('have a pinned key each', () =>
    expect(pinned.map(({ release }) => release)).toEqual(expect.arrayContaining(older)))

  // A test cannot sign with Fedora's keys. A signature that names one shows that the key is found
  // and still good. That the key did not make it is found out by the bytes.
  test.for(older)(
    namedWithShared('have a key that is good now: Fedora %i', 'fedora-keys'),
    async (release, { skip }) => {
      const file = sharedFile(`fedora-keys/fedora-${release}.asc`)
      if (file === null) return skip()
      const block = await readFile(file, 'utf8')
      const fingerprint = (await readKey({ armoredKey: block })).getFingerprint()
      const image = Buffer.from('an image')
      const signature = replaceAll(await signer.sign(image), signer.fingerprint, fingerprint)
      const { ports, dispose } = await makeTestPorts({
        keys: { pinned, bundled: async () => block, urls: () => [] },
      })
      const about = { source: 'image', keyring: null, retries: 0, now: Date.now(), signal: AbortSignal.timeout(60_000) }
      const check = await checkSignature(ports, signature, about)
      expect(check).toMatchObject({ fedora: release, signedBy: { signer: `Fedora ${release}`, trustedBy: 'pinned' } })
      await expect(check.prove(digestOf(startHash(check.hashName).update(image)))).rejects.toMatchObject({
        code: 'signature-bad',
      })
      await dispose()
    },
  )

  test.each([34, 43])('are proved by the key of their Fedora alone: Fedora %i', async (fedora) => {
    const release = `${fedora}.20240101.3.0`
    const coreos = await startCoreosMirror({ release, imageSize: 1024 * 1024, signer })
    await coreos.moveOn('44.20260721.3.0', 1024 * 1024)
    await publishReleases(coreos.mirror, { releases: { [release]: coreos.metadata.architectures } })
    const directory = await makeTemporaryDirectory()
    const download = async (keyOf: number) => {
      const { ports, dispose } = await makeTestPorts({
        environment: { streamBaseUrl: coreos.baseUrl, keyring: null, cacheLimit: null },
        keys: {
          pinned: [{ release: keyOf, fingerprint: signer.fingerprint }],
          bundled: async () => signer.armoredPublicKey,
          urls: () => [],
        },
      })
      const { stream, architecture } = coreos
      const events = await runJobHere(ports, {
        job: 'download',
        source: { image: { kind: 'stream', stream, architecture, platform: 'metal', format: 'iso', release } },
        directory: join(directory.path, String(keyOf)),
      })
      await dispose()
      return events.at(-1)!
    }
    expect(await download(fedora)).toMatchObject({
      event: 'done',
      receipt: { image: { release, origin: 'signature', signature: { signer: `Fedora ${fedora}` } } },
    })
    expect(await download(44)).toMatchObject({ event: 'failed', code: 'image-is-another' })
    await coreos.dispose()
    await directory.dispose()
  })
})

/** Replaces a fingerprint in a signature, and the key id, which is its end. */
function replaceAll(signature: Buffer, from: string, to: string): Buffer {
  const hex = signature.toString('hex')
  const [own, other] = [from.toLowerCase(), to.toLowerCase()]
  return Buffer.from(hex.replaceAll(own, other).replaceAll(own.slice(-16), other.slice(-16)), 'hex')
}
