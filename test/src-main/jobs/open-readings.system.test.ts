import { createHash } from 'node:crypto'
import { unlink, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SourcePlan } from '../../../src-main/image/source/source.ts'
import { openFileSource } from '../../../src-main/image/source/file-source.ts'
import { DriveFeed } from '../../../src-main/jobs/drive-feed.ts'
import { openReadings, type PreparedImage } from '../../../src-main/jobs/open-readings.ts'
import { startJobRun } from '../../../src-main/jobs/job-run.ts'
import { collectPieces } from '../../support/images/collect-pieces.ts'
import { xz } from '../../support/images/compress.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

const raw = makeNoise(3_000_000, 2)
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('a local image that is read ahead while it is being proved', () => {
  let directory: TemporaryDirectory
  let testPorts: TestPorts
  let file: Buffer
  let path: string
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    testPorts = await makeTestPorts()
    file = await xz(raw, { blockSize: '1MiB' })
    path = directory.file('image.raw.xz')
  })
  beforeEach(() => writeFile(path, file))
  afterAll(async () => {
    await testPorts.dispose()
    await directory.dispose()
  })

  async function begin() {
    const { ports } = testPorts
    const run = startJobRun(ports, () => {}, new AbortController().signal)
    const plan: SourcePlan = {
      ...{ name: 'image.raw.xz', location: path, kind: 'file', artifact: null, offline: null },
      ...{ signature: null, signatureRequired: false, sha256: null, uncompressedSha256: null },
      ...{ keyring: null, insecure: true, retries: 0 },
    }
    let prove: (sha256: string) => void = () => {}
    let refuse: (error: Error) => void = () => {}
    const source = await openFileSource(path)
    const prepared = new Promise<PreparedImage>((resolve, reject) => {
      refuse = reject
      prove = (sha256) =>
        resolve({
          ...{ plan, source, proved: { size: file.length, sha256 } },
          ...{ trust: { origin: 'none', signature: null }, measure: { compression: 'xz', imageSize: raw.length } },
        })
    })
    prepared.catch(() => undefined)
    const before = countPorts()
    const readings = openReadings(ports, Promise.resolve(plan), prepared, [new DriveFeed(() => {})], run)
    // Each thread has a message port.
    await expect.poll(countPorts).toBeGreaterThan(before)
    return { readings, prove, refuse, before }
  }
  const countPorts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length

  test('is the image', async () => {
    const { readings, prove } = await begin()
    prove(hashOf(file))
    const reading = await readings.start(0)
    expect((await collectPieces(reading.pieces)).equals(raw)).toBe(true)
    expect(await reading.conclude()).toEqual({
      file: { size: file.length, sha256: hashOf(file) },
      raw: { size: raw.length, sha256: hashOf(raw) },
    })
    await reading.end()
    await readings.end()
  })

  test('is refused when other bytes were proved', async () => {
    const { readings, prove } = await begin()
    prove('0'.repeat(64))
    const reading = await readings.start(0)
    await collectPieces(reading.pieces)
    await expect(reading.conclude()).rejects.toMatchObject({ code: 'source-changed' })
    await reading.end()
    await readings.end()
  })

  test('is given up when the proof fails, and no thread stays', async () => {
    const { readings, refuse, before } = await begin()
    refuse(new Error('the signature is bad'))
    await expect(readings.start(0)).rejects.toThrow('the signature is bad')
    await readings.end()
    await expect.poll(countPorts).toBe(before)
  })

  test('is read anew where nothing could be read ahead', async () => {
    await unlink(path)
    await writeFile(path, raw)
    const { ports } = testPorts
    const run = startJobRun(ports, () => {}, new AbortController().signal)
    const source = await openFileSource(path)
    const plan = { name: 'image.raw', location: path, kind: 'file', uncompressedSha256: null } as SourcePlan
    const prepared: PreparedImage = {
      ...{ plan, source, proved: { size: raw.length, sha256: hashOf(raw) } },
      ...{ trust: { origin: 'none', signature: null }, measure: { compression: null, imageSize: raw.length } },
    }
    const readings = openReadings(
      ports,
      Promise.resolve(plan),
      Promise.resolve(prepared),
      [new DriveFeed(() => {})],
      run,
    )
    const reading = await readings.start(0)
    expect((await collectPieces(reading.pieces, 0)).equals(raw)).toBe(true)
    expect((await reading.conclude()).raw.sha256).toBe(hashOf(raw))
    await reading.end()
    await readings.end()
  })
})
