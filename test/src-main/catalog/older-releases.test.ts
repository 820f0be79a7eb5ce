import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepOlder, recallOlder, recallOlderOf } from '../../../src-main/catalog/older-releases.ts'
import { streamAddress } from '../../../src-main/catalog/stream-address.ts'
import { recallStream, rememberStream } from '../../../src-main/catalog/stream-cache.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

const stable = streamAddress('stable', 'https://a.example/streams/')
const next = streamAddress('next', 'https://a.example/streams/')

/** Returns the metadata of a stream with the given release number. */
function seen(release: number, { clouds = '', padding = 0 } = {}) {
  const disk = { location: `https://a.example/${release}.raw.xz`, sha256: `${release}`.padStart(64, '0') }
  const artifacts = { metal: { release: `44.${release}`, formats: { 'raw.xz': { disk } } } }
  const text = JSON.stringify({ architectures: { x86_64: { artifacts, images: { aws: clouds } } } })
  return { text: text + ' '.repeat(padding), etag: null, lastModified: null, seenAt: 1, isPublic: false }
}

let temporary: TemporaryDirectory
let cache: string
let directory: string
beforeEach(async () => {
  temporary = await makeTemporaryDirectory()
  cache = temporary.file('cache')
  directory = join(cache, 'streams/older')
})
afterEach(() => temporary.dispose())

const releases = async () => (await recallOlder(cache)).map(({ artifact }) => Number(artifact.release.slice(3)))
const sorted = async () => (await releases()).toSorted((a, b) => a - b)

test('what a stream leaves behind stays, each release once, whatever else its metadata say', async () => {
  for (const release of [1, 1, 2, 2, 3]) await rememberStream(cache, stable, seen(release))
  await rememberStream(cache, stable, seen(3, { clouds: 'ami-1' }))
  await rememberStream(cache, stable, seen(3, { clouds: 'ami-2' }))
  expect(await sorted()).toEqual([1, 2, 3])
  expect((await recallOlder(cache))[0]).toMatchObject({
    referrer: { url: stable.baseUrl, isPublic: false },
    artifact: { stream: 'stable' },
  })
  expect((await recallStream(cache, stable))!.text).toContain('ami-2')
})

test('releases of one stream take no room of those of another, and there is an end to all', async () => {
  await keepOlder(cache, next, seen(1))
  for (let release = 100; release < 160; release++) {
    await keepOlder(cache, stable, seen(release))
    // Ages each file, so that it is older than the later ones, as in real use.
    for (const name of await readdir(directory)) {
      const { mtimeMs } = await stat(join(directory, name))
      await utimes(join(directory, name), mtimeMs / 1000 - 60, mtimeMs / 1000 - 60)
    }
  }
  expect(await sorted()).toEqual([1, ...Array.from({ length: 52 }, (_, index) => 108 + index)])
  for (let mirror = 0; mirror < 12; mirror++)
    await keepOlder(cache, streamAddress('stable', `https://${mirror}.example/`), seen(mirror, { padding: 4_000_000 }))
  const sizes = await Promise.all(
    (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(32 * 1024 * 1024)
  expect(sizes.length).toBeGreaterThan(6)
})

test('of one stream only what was seen at its address is told, the latest first', async () => {
  const other = streamAddress('stable', 'https://b.example/streams/')
  for (const [address, release] of [
    [next, 1],
    [other, 2],
    [stable, 3],
    [stable, 4],
  ] as const) {
    await keepOlder(cache, address, seen(release))
    for (const name of await readdir(directory)) {
      const { mtimeMs } = await stat(join(directory, name))
      await utimes(join(directory, name), mtimeMs / 1000 - 60, mtimeMs / 1000 - 60)
    }
  }
  const told = async () => {
    const releases: number[] = []
    for await (const { artifacts } of recallOlderOf(cache, stable))
      releases.push(...artifacts.map(({ release }) => Number(release.slice(3))))
    return releases
  }
  expect(await told()).toEqual([4, 3])

  // The content of a file counts, not its name.
  const names = await readdir(directory)
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  const fileOf = (location: string) => join(directory, names[texts.findIndex((text) => text.includes(location))]!)
  await writeFile(fileOf('/4.raw.xz'), await readFile(fileOf('/2.raw.xz')))
  expect(await told()).toEqual([3])
  await writeFile(fileOf('/3.raw.xz'), '{')
  expect(await told()).toEqual([])
  expect(await readdir(directory)).toHaveLength(3)
})

test('several that keep at once lose nothing of each other', async () => {
  const kept = Array.from({ length: 24 }, (_, index) => index)
  await Promise.all(kept.flatMap((release) => [0, 1].map(() => keepOlder(cache, stable, seen(release)))))
  expect(await sorted()).toEqual(kept)
  expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('a file that is broken is removed, and the others are known', async () => {
  await keepOlder(cache, stable, seen(1))
  await keepOlder(cache, stable, seen(2))
  const [name] = await readdir(directory)
  await writeFile(join(directory, name!), (await readFile(join(directory, name!))).subarray(0, 100))
  await writeFile(join(directory, 'a.json'), 'null')
  await writeFile(
    join(directory, 'b.json'),
    JSON.stringify({ ...seen(3), text: '{}', stream: 'stable', baseUrl: 'https://a.example/' }),
  )
  await mkdir(join(directory, 'c.json'))
  const precious = temporary.file('precious')
  await writeFile(precious, 'not a stream')
  await symlink(precious, join(directory, 'd.json'))
  expect(await releases()).toHaveLength(1)
  expect((await readdir(directory)).filter((each) => /^[abd]/.test(each) || each === name)).toEqual([])
  expect(await readFile(precious, 'utf8')).toBe('not a stream')
})

test('where nothing older can be kept, the stream is kept all the same', async () => {
  await rememberStream(cache, stable, seen(1))
  await writeFile(directory, 'a file is where the directory should be')
  await rememberStream(cache, stable, seen(2))
  expect((await recallStream(cache, stable))!.text).toBe(seen(2).text)
  expect(await releases()).toEqual([])
})
