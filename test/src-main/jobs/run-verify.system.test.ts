import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import type { SourceSpec } from '../../../src-shared/job.ts'
import { startCoreosMirror, type CoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let coreos: CoreosMirror
let world: TestPorts
let directory: TemporaryDirectory
beforeAll(async () => {
  ;[coreos, directory, world] = await Promise.all([
    startCoreosMirror({ imageSize: 1024 * 1024 }),
    makeTemporaryDirectory(),
    makeTestPorts({ drives: createDrives({ protects: [] }) }),
  ])
})
afterAll(() => Promise.all([coreos.dispose(), directory.dispose(), world.dispose()]))

async function verify(source: Partial<SourceSpec>) {
  const drive = directory.file('drive.img')
  await writeFile(drive, coreos.raw)
  const image = {
    kind: 'stream' as const,
    ...{ stream: 'bare', architecture: coreos.architecture, platform: 'metal', format: 'raw.xz' },
  }
  const given = { image, streamBaseUrl: coreos.baseUrl, keyring: coreos.keyringFile, fetchRetries: 0, ...source }
  return (await runJobHere(world.ports, { job: 'verify', drive, source: given })).at(-1)!
}

test('a verify of an artifact that nothing proves fails, although its bytes are on the drive', async () => {
  const metadata = structuredClone(coreos.metadata)
  const disk = metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
  delete disk['uncompressed-sha256']
  disk.signature = `${coreos.mirror.url}nothing-is-here.sig`
  await coreos.mirror.put('streams/bare.json', JSON.stringify(metadata))
  expect(await verify({})).toMatchObject({ event: 'failed', code: 'signature-missing', driveState: 'untouched' })
  const agreed = await verify({ insecure: true })
  expect(agreed).toMatchObject({ event: 'done', receipt: { image: { origin: 'none' } } })
  // A file named by the user may be compared. The receipt then says that its origin is not proved.
  const path = directory.file('image.raw.xz')
  await writeFile(path, coreos.rawXz)
  expect(await verify({ image: { kind: 'file', path } })).toMatchObject({
    event: 'done',
    receipt: { image: { origin: 'none' } },
  })
})
