import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takePartial } from '../../../../src-main/image/cache/partial-file.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'
import { recordDisk } from '../../../support/drives/record-disk.ts'
import { readParts } from '../../../support/files/read-parts.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { mib } from '../../../support/files/mib.ts'

const noise = makeNoise(3 * mib, 1)
const sha256 = createHash('sha256').update(noise).digest('hex')

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
})
afterAll(() => directory?.dispose())

const take = () =>
  takePartial(
    { directory: directory.path, name: 'image' },
    {
      url: 'http://127.0.0.1/image',
      name: 'image',
      version: { total: noise.length, etag: '"1"', lastModified: null, ranges: true },
      otherHash: null,
    },
    { signal: new AbortController().signal, start: () => {}, advance: () => {}, damaged: () => expect.unreachable() },
  )

test('a part that is taken up is hashed once, and proves the whole file', async () => {
  const first = await take()
  await first.append(noise.subarray(0, mib + 4711))
  await first.release()
  await first.end()
  const next = await take()
  expect(next.held).toBe(mib + 4711)
  await next.append(noise.subarray(mib + 4711))
  expect(Buffer.from(await next.digest('sha256')).toString('hex')).toBe(sha256)
  await next.discard()
  await next.end()
})

test.skipIf(process.platform !== 'linux')(
  'the bytes of a part are on the disk before the note that promises them',
  async () => {
    const disk = await recordDisk()
    try {
      const part = await take()
      await part.append(noise.subarray(0, 2 * mib))
      await part.release()
      await part.end()
    } finally {
      disk.restore()
    }
    const notes = disk.steps.flatMap((step, at) => (/^rename note\.json\..* note\.json$/.test(step) ? [at] : []))
    // The first note covers no bytes.
    expect(notes.length).toBeGreaterThan(1)
    for (const [index, at] of notes.slice(1).entries())
      expect(disk.steps.slice(notes[index], at)).toContain('datasync bytes')
    const next = await take()
    expect(next.held).toBe(2 * mib)
    await next.discard()
    await next.end()
  },
)

test('a part that changes after it was proved is noticed by who reads it', async () => {
  const first = await take()
  await first.append(noise.subarray(0, 2 * mib))
  await first.release()
  await first.end()
  const next = await take()
  const { path } = (await readParts(directory.path))[0]!
  const file = await open(`${path}/bytes`, 'r+')
  await file.write(Buffer.from([noise[mib]! ^ 1]), 0, 1, mib)
  await file.close()
  const read = async () => {
    let length = 0
    for await (const chunk of next.read(new AbortController().signal)) length += chunk.length
    return length
  }
  await expect(read()).rejects.toMatchObject({ code: 'source-changed' })
  await next.discard()
  await next.end()
})
