import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clearImages, holdImage, listImages, makeRoom } from '../../../../src-main/image/cache/cache-contents.ts'
import { openSource } from '../../../../src-main/image/open-source.ts'
import { writeCheckpoint } from '../../../../src-main/image/cache/checkpoint.ts'
import { ownIdentity } from '../../../../src-main/files/process-identity.ts'
import type { SourcePlan } from '../../../../src-main/image/source/source.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'

let testPorts: TestPorts
let directory: string
beforeEach(async () => {
  testPorts = await makeTestPorts()
  directory = join(testPorts.ports.paths.cache, 'images')
  await mkdir(directory, { recursive: true })
})
afterEach(() => testPorts.dispose())

const names = async () => (await readdir(directory)).toSorted()
const sha = (letter: string) => letter.repeat(64)
const gone = '4194305-7-1'

/**
 * Stores a complete image in the cache.
 * @param age – seconds since its last use
 */
async function putWhole(letter: string, size: number, age: number): Promise<string> {
  const path = join(directory, sha(letter))
  await writeFile(path, Buffer.alloc(size, letter))
  await writeFile(`${path}.sig`, 'signature')
  await writeFile(`${path}.name`, `image-${letter}.raw`)
  await utimes(path, Date.now() / 1000 - age, Date.now() / 1000 - age)
  return path
}

async function putPart(letter: string, size: number, age: number, owner: string | null): Promise<string> {
  const path = join(directory, `${sha(letter)}${owner === null ? '' : `.${owner}`}.partial`)
  await mkdir(path)
  await writeFile(join(path, 'bytes'), Buffer.alloc(size))
  await utimes(join(path, 'bytes'), Date.now() / 1000 - age, Date.now() / 1000 - age)
  const server = { url: 'http://mirror.test/', name: `image-${letter}.raw`, etag: null, lastModified: null }
  await writeCheckpoint(path, { ...server, total: 10 * size, length: size, sha256: sha('0') })
  return path
}

describe('the cache', () => {
  test('is listed with what was used last first', async () => {
    await putWhole('a', 100, 60)
    await putPart('b', 30, 30, null)
    await putPart('c', 40, 90, `${await ownIdentity()}-1`)
    await putPart('d', 50, 120, gone)
    await writeFile(join(directory, 'something else'), '')
    expect(await listImages(directory)).toMatchObject([
      { sha256: sha('b'), whole: false, size: 30, total: 300, name: 'image-b.raw', inUse: false },
      { sha256: sha('a'), whole: true, size: 100, total: 100, name: 'image-a.raw', inUse: false },
      { sha256: sha('c'), whole: false, size: 40, inUse: true },
      { sha256: sha('d'), whole: false, size: 50, inUse: false },
    ])
  })

  test('that is not there is empty', async () => {
    await rm(directory, { recursive: true })
    expect(await listImages(directory)).toEqual([])
    expect(await clearImages(directory)).toEqual({ removed: [], left: [] })
    await makeRoom(directory, 0, sha('a'))
  })

  test('makes room by what was used longest ago, parts too', async () => {
    await putWhole('a', 100, 40)
    await putPart('b', 100, 30, gone)
    await putWhole('c', 100, 20)
    await putWhole('d', 100, 10)
    await makeRoom(directory, 400, sha('d'))
    expect(await listImages(directory)).toHaveLength(4)
    await makeRoom(directory, 399, sha('d'))
    expect(await listImages(directory)).toHaveLength(3)
    await makeRoom(directory, 200, sha('d'))
    expect(await names()).toEqual(
      ['c', 'd'].flatMap((letter) => [sha(letter), `${sha(letter)}.name`, `${sha(letter)}.sig`]),
    )
  })

  test('makes no room by what was just kept, what is written, and what this process reads', async () => {
    await putWhole('a', 100, 40)
    await putPart('b', 100, 30, `${await ownIdentity()}-1`)
    const read = await putWhole('c', 100, 20)
    await putWhole('d', 100, 10)
    const release = holdImage(read)
    holdImage(read)()
    await makeRoom(directory, 0, sha('a'))
    expect((await listImages(directory)).map(({ sha256 }) => sha256[0])).toEqual(['c', 'b', 'a'])
    expect((await clearImages(directory)).left.map(({ sha256 }) => sha256[0])).toEqual(['c', 'b'])
    release()
    await makeRoom(directory, 0, sha('a'))
    expect((await listImages(directory)).map(({ sha256 }) => sha256[0])).toEqual(['b'])
  })

  test('is cleared of what belongs to no image, and of nothing else', async () => {
    await writeFile(join(directory, `${sha('a')}.sig`), 'an image that was killed before it had its name')
    await writeFile(join(directory, `${sha('b')}.name`), 'b')
    await writeFile(join(directory, 'note.txt'), 'mine')
    await clearImages(directory)
    expect(await names()).toEqual(['note.txt'])
  })

  test('gives an image to a job to its end, whoever else removes it', async () => {
    const { ports } = testPorts
    await putWhole('e', 5000, 0)
    const plan = {
      kind: 'url',
      location: 'http://mirror.test/',
      sha256: { value: sha('e'), from: 'person' },
    } as SourcePlan
    const ends: (() => Promise<void>)[] = []
    const { signal } = new AbortController()
    const source = await openSource(ports, plan, signal, (act) => void ends.push(act))
    expect(source.fromCache).toBe(true)
    expect((await listImages(directory))[0]).toMatchObject({ inUse: true })
    // Another program deletes the cache without coordination.
    await rm(directory, { recursive: true })
    for (const _ of ['once', 'again']) {
      const parts: Uint8Array[] = []
      for await (const part of source.chunks(signal)) parts.push(part)
      expect(Buffer.concat(parts).equals(Buffer.alloc(5000, 'e'))).toBe(true)
    }
    expect(await source.range(10, 2, signal)).toEqual(new Uint8Array(Buffer.from('ee')))
    for (const end of ends) await end()
    await expect(source.range(10, 2, signal)).rejects.toThrow()
  })
})
