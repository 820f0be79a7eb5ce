import { expect, test } from 'vitest'
import { JobBatch } from '../../../../src-main/hosts/electron/job-batch.ts'
import { startCoreosMirror } from '../../../support/mirror/coreos-mirror.ts'
import { runJobHere } from '../../../support/worlds/fetch-job.ts'
import { makeTemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts } from '../../../support/worlds/test-ports.ts'

test('a download of several files is one way, to the end of the last', async () => {
  const coreos = await startCoreosMirror({ imageSize: 2 * 1024 * 1024 })
  const world = await makeTestPorts()
  const directory = await makeTemporaryDirectory()
  const batch = new JobBatch()
  const { stream, architecture, baseUrl, keyringFile } = coreos
  const image = { kind: 'stream', stream, architecture, platform: 'metal', format: 'pxe' } as const
  const source = { image, streamBaseUrl: baseUrl, keyring: keyringFile }
  const seen: [done: number | null, bytes: number][] = []
  const events = await runJobHere(world.ports, { job: 'download', source, directory: directory.path }, (event) => {
    batch.accept('a', event)
    if (event.event === 'progress' && event.phase === 'download') seen.push([batch.done, event.bytes])
  })
  await Promise.all([coreos.dispose(), world.dispose(), directory.dispose()])
  const lengths = ['kernel', 'initramfs', 'rootfs'].map((part) => coreos.find('pxe', part).content.length)
  const whole = lengths.reduce((sum, length) => sum + length, 0)
  expect(events.at(-1)!.event).toBe('done')
  expect(events.filter((event) => event.event === 'phase' && event.phase === 'download')).toHaveLength(1)
  for (const [done, bytes] of seen) expect(done).toBeCloseTo(bytes / whole)
  expect(seen.at(-1)![0]).toBe(1)
})
