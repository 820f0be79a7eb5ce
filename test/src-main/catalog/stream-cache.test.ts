import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { streamAddress } from '../../../src-main/catalog/stream-address.ts'
import { recallAllStreams, recallStream, rememberStream } from '../../../src-main/catalog/stream-cache.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

const seen = { text: '{}', etag: '"1"', lastModified: 'Tue, 21 Jul 2026 14:07:12 GMT', seenAt: 1, isPublic: false }
const stable = streamAddress('stable', 'https://a.example/streams/')

let temporary: TemporaryDirectory
let directory: string
beforeEach(async () => {
  temporary = await makeTemporaryDirectory()
  directory = temporary.file('cache/of/kindling')
})
afterEach(() => temporary.dispose())

test('what is remembered is recalled, and the last one counts', async () => {
  expect(await recallStream(directory, stable)).toBeNull()
  await rememberStream(directory, stable, seen)
  await rememberStream(directory, stable, { ...seen, seenAt: 2 })
  expect(await recallStream(directory, stable)).toEqual({ ...seen, seenAt: 2 })
})

test('each stream of each base has one file of its own, below streams/', async () => {
  const addresses = [
    stable,
    streamAddress('next', 'https://a.example/streams/'),
    streamAddress('stable', 'http://a.example/streams/'),
    streamAddress('stable', 'https://a.example/streams/%2e%2e%2f/'),
    streamAddress('streams:stable', 'https://a.example/'),
    streamAddress('CON', `https://a.example/${'long/'.repeat(200)}`),
  ]
  for (const [seenAt, address] of addresses.entries()) await rememberStream(directory, address, { ...seen, seenAt })
  for (const [seenAt, address] of addresses.entries())
    expect(await recallStream(directory, address)).toMatchObject({ seenAt })
  const names = await readdir(join(directory, 'streams'))
  expect(names).toHaveLength(addresses.length)
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}\.json$/)
})

test('many writers and readers at once: every reader finds a whole file, and no unfinished one is left', async () => {
  await rememberStream(directory, stable, seen)
  const text = 'x'.repeat(200_000)
  const [, recalled] = await Promise.all([
    Promise.all(
      Array.from({ length: 30 }, (_, seenAt) => rememberStream(directory, stable, { ...seen, text, seenAt })),
    ),
    Promise.all(Array.from({ length: 60 }, () => recallStream(directory, stable))),
  ])
  expect(recalled).not.toContain(null)
  expect(await readdir(join(directory, 'streams'))).toHaveLength(1)
})

test.each(['', '{', 'null', '[]', '{"text":5}', '{"text":"{}","etag":null,"lastModified":null}', '\u0000\u0000'])(
  'the cache file %j is as good as none',
  async (content) => {
    await rememberStream(directory, stable, seen)
    const [name] = await readdir(join(directory, 'streams'))
    await writeFile(join(directory, 'streams', name!), content)
    expect(await recallStream(directory, stable)).toBeNull()
    await rememberStream(directory, stable, seen)
    expect(await recallStream(directory, stable)).toEqual(seen)
  },
)

test('a file that lies under the name of another stream is passed over', async () => {
  await rememberStream(directory, stable, seen)
  const [name] = await readdir(join(directory, 'streams'))
  const place = (file: string) => join(directory, 'streams', file)
  const bytes = await readFile(place(name!))
  for (const other of [`${'0'.repeat(64)}.json`, 'stable.json']) await writeFile(place(other), bytes)
  expect(await recallAllStreams(directory)).toEqual([{ address: stable, seen }])
})

test('a validator that is no header value is forgotten, the rest is not', async () => {
  await rememberStream(directory, stable, { ...seen, etag: '"a"\r\nhost: b', lastModified: 'x'.repeat(1001) })
  expect(await recallStream(directory, stable)).toEqual({ ...seen, etag: null, lastModified: null })
})

test('where nothing can be kept, nothing fails', async () => {
  await mkdir(dirname(directory), { recursive: true })
  await writeFile(directory, 'a file is where the directory should be')
  await rememberStream(directory, stable, seen)
  expect(await recallStream(directory, stable)).toBeNull()
  expect(await readFile(directory, 'utf8')).toBe('a file is where the directory should be')
  await rm(directory)
})
