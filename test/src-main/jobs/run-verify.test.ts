import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourceSpec } from '../../../src-shared/job.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// Longer than the blocks in which a drive is read, and not a multiple of them.
const image = makeRawImage({ size: 9 * mib + 512, seed: 21 })

let testPorts: TestPorts
let mirror: Mirror
const sources: Record<string, SourceSpec> = {}
beforeAll(async () => {
  mirror = await startMirror()
  testPorts = await makeTestPorts()
  const url = await mirror.put('image.raw', image)
  sources['itself'] = { image: { kind: 'url', url }, insecure: true }
  const disk = { location: url, sha256: createHash('sha256').update(image).digest('hex') }
  const artifacts = { metal: { release: '44.20260707.3.1', formats: { raw: { disk } } } }
  await mirror.put('streams/stable.json', JSON.stringify({ stream: 'stable', architectures: { any: { artifacts } } }))
  sources['as the metadata state it'] = {
    image: { kind: 'stream', stream: 'stable', architecture: 'any', platform: 'metal', format: 'raw' },
    streamBaseUrl: mirror.streamBaseUrl,
  }
})
afterAll(async () => {
  await mirror.close()
  await testPorts.dispose()
})

/** Verifies a drive that contains as much of the image as fits, followed by old bytes. */
async function verify(source: string, size: number) {
  const memory = makeMemoryDrive({ size })
  image.copy(memory.bytes)
  const events = await runJobHere(
    { ...testPorts.ports, drives: memory.drives },
    { job: 'verify', drive: '/dev/memory', source: sources[source]! },
  )
  expect(memory.operations.every(({ kind }) => kind === 'read' || kind === 'close')).toBe(true)
  return events.at(-1)
}

describe.each(['itself', 'as the metadata state it'])('verify of a drive against the image %s', (source) => {
  test.each([
    ['exactly as large as the image', 0],
    ['one sector larger', 512],
  ])('proves a drive that is %s', async (_, more) => {
    expect(await verify(source, image.length + more)).toMatchObject({
      event: 'done',
      receipt: { image: { imageSize: image.length }, drive: { state: 'untouched' } },
    })
  })

  test('finds that a drive is one sector too small', async () => {
    const size = image.length - 512
    const details =
      source === 'itself' ? { firstDifference: size } : { reason: `it has ${size} bytes, the image ${image.length}` }
    expect(await verify(source, size)).toMatchObject({ event: 'failed', code: 'verify-mismatch', details })
  })
})
