import { expect } from 'vitest'
import { createHash } from 'node:crypto'
import { link, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import { streamAddress } from '../../../src-main/catalog/stream-address.ts'
import { recallStream, rememberStream } from '../../../src-main/catalog/stream-cache.ts'
import { listCache } from '../../../src-main/image/cache/list-cache.ts'
import type { Ports } from '../../../src-main/ports.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { runTool } from '../../support/programs/run-tool.ts'
import { signedBytes, type HostileWorld } from '../hostile-world.ts'
import type { Tampering } from '../tampering.ts'

/** Replaces a file in the cache. */
type Put = (path: string, world: HostileWorld) => Promise<unknown>

const pipe: Put = (path) => runTool('mkfifo', [path])
const device: Put = (path) => symlink('/dev/zero', path)
const loop: Put = (path) => symlink(path, path)
const directory: Put = (path) => mkdir(path)
const huge: Put = (path) => writeFile(path, Buffer.alloc(20 * 1024 * 1024, '['))
const puts: [string, Put][] = [
  ['a pipe', pipe],
  ['a link to a device without end', device],
  ['a link to itself', loop],
  ['a directory', directory],
  ['20 MB', huge],
]

/** Creates a file outside the cache that must not be changed. */
async function precious(world: HostileWorld) {
  const path = await world.save('precious', 'somebody’s only copy'.repeat(100_000))
  const before = await lstat(path)
  return {
    path,
    async expectUntouched() {
      const { size, mtimeMs, nlink } = await lstat(path)
      expect({ size, mtimeMs, nlink: nlink > 0 }).toEqual({ size: before.size, mtimeMs: before.mtimeMs, nlink: true })
    },
  }
}

async function inPlaceOfStream(world: HostileWorld, put: Put): Promise<void> {
  const ports = await world.ports()
  const address = streamAddress('stable', world.baseUrl)
  await rememberStream(ports.paths.cache, address, {
    text: '{}',
    etag: null,
    lastModified: null,
    seenAt: 1,
    isPublic: false,
  })
  const [name] = await readdir(join(ports.paths.cache, 'streams'))
  const file = join(ports.paths.cache, 'streams', name!)
  await runTool('rm', [file])
  await put(file, world)
  expect(await recallStream(ports.paths.cache, address)).toBeNull()
  expect((await readCatalog(ports, { stream: 'stable', baseUrl: world.baseUrl })).artifacts.length).toBeGreaterThan(3)
}

const shaOf = (world: HostileWorld) => createHash('sha256').update(world.rawXz).digest('hex')

/** Changes the cache's image directory. The write must succeed all the same. */
async function writeBeside(world: HostileWorld, change: (image: string, ports: Ports) => Promise<unknown>) {
  const ports = await world.ports()
  const image = join(ports.paths.cache, 'images', shaOf(world))
  await mkdir(dirname(image), { recursive: true })
  await change(image, ports)
  const events = await world.write({}, undefined, ports)
  const warnings = events.flatMap((event) => (event.event === 'warning' ? [event.code] : []))
  return { image, ports, warnings }
}

/** Creates a partial image as an earlier job would leave it, with manipulated bytes. */
async function leavePart(
  world: HostileWorld,
  image: string,
  putBytes: (path: string) => Promise<unknown>,
  length: number,
) {
  const part = `${image}.partial`
  await mkdir(part)
  await putBytes(join(part, 'bytes'))
  const url = world.find('raw.xz').location
  const { headers } = await fetch(url, { method: 'HEAD' })
  await writeFile(
    join(part, 'note.json'),
    JSON.stringify({
      url,
      name: 'image.raw.xz',
      etag: headers.get('etag'),
      lastModified: headers.get('last-modified'),
      total: world.rawXz.length,
      length,
      sha256: createHash('sha256').update(world.rawXz.subarray(0, length)).digest('hex'),
    }),
  )
}

export const cacheFiles: Tampering[] = [
  ...puts.map(([what, put]): Tampering => ({
    what: `that was a stream’s metadata, and is ${what}`,
    meet: (world) => inPlaceOfStream(world, put),
    code: null,
  })),
  ...puts.slice(0, 4).map(([what, put]): Tampering => ({
    what: `that was an image, and is ${what}`,
    meet: (world) => writeBeside(world, (image) => put(image, world)),
    code: null,
  })),
  ...puts.map(([what, put]): Tampering => ({
    what: `that was an image’s signature, and is ${what}`,
    meet: (world) => writeBeside(world, (image) => put(`${image}.sig`, world)),
    code: null,
  })),
  ...puts.map(([what, put]): Tampering => ({
    what: `that was an image’s name, and is ${what}`,
    async meet(world) {
      const ports = await world.ports()
      const image = join(ports.paths.cache, 'images', shaOf(world))
      await mkdir(dirname(image), { recursive: true })
      await writeFile(image, 'an image')
      await put(`${image}.name`, world)
      expect((await listCache(ports)).images).toMatchObject([{ name: null }])
    },
    code: null,
  })),
  ...puts.map(([what, put]): Tampering => ({
    what: `that was the note of a part, and is ${what}`,
    meet: (world) =>
      writeBeside(world, async (image) => {
        await mkdir(`${image}.partial`)
        await put(`${image}.partial/note.json`, world)
      }),
    code: null,
  })),
  {
    what: 'that is an image, with other bytes',
    async meet(world) {
      const { warnings } = await writeBeside(world, (image) => writeFile(image, world.raw4kXz))
      expect(warnings).toContain('cache-damaged')
    },
    code: null,
  },
  {
    what: 'that was an image, and is a link out of the cache',
    async meet(world) {
      const { path, expectUntouched } = await precious(world)
      const { image } = await writeBeside(world, (image) => symlink(path, image))
      await expectUntouched()
      expect((await lstat(image)).isFile()).toBe(true)
    },
    code: null,
  },
  {
    what: 'that was an image’s signature, and is a link out of the cache',
    async meet(world) {
      const { path, expectUntouched } = await precious(world)
      await writeBeside(world, (image) => symlink(path, `${image}.sig`))
      await expectUntouched()
    },
    code: null,
  },
  {
    what: 'that was an image’s name, and is a link out of the cache',
    async meet(world) {
      const { path, expectUntouched } = await precious(world)
      await writeBeside(world, (image) => symlink(path, `${image}.name`))
      await expectUntouched()
    },
    code: null,
  },
  ...(['a link out of the cache', 'another name of a file elsewhere'] as const).map((what): Tampering => ({
    what: `that was the bytes of a part, and is ${what}`,
    async meet(world) {
      const { path, expectUntouched } = await precious(world)
      const put = what.startsWith('a link') ? symlink : link
      const { warnings } = await writeBeside(world, (image) =>
        leavePart(world, image, (bytes) => put(path, bytes), 1000),
      )
      expect(warnings).toContain('partial-damaged')
      await expectUntouched()
    },
    code: null,
  })),
  {
    what: 'that was the bytes of a part, and is a pipe',
    async meet(world) {
      const { warnings } = await writeBeside(world, (image) =>
        leavePart(world, image, (bytes) => runTool('mkfifo', [bytes]), 1000),
      )
      expect(warnings).toContain('partial-damaged')
    },
    code: null,
  },
  {
    what: 'that has the bytes of a part, others than its note says',
    async meet(world) {
      const { warnings } = await writeBeside(world, (image) =>
        leavePart(world, image, (bytes) => writeFile(bytes, Buffer.alloc(2000)), 1000),
      )
      expect(warnings).toContain('partial-damaged')
    },
    code: null,
  },
  ...[['a pipe', pipe] as const, ['20 MB', huge] as const, ['another key', null] as const].map(
    ([what, put]): Tampering => ({
      what: `that was a key, and is ${what}`,
      async meet(world) {
        const fingerprint = await world.gpg.key('fetched')
        const armored = await world.gpg.run(['--armor', '--export', 'fetched'])
        const url = await world.mirror.put('fetched.asc', armored)
        const ports = await world.ports({
          keys: { pinned: [{ fingerprint, release: 44 }], bundled: async () => null, urls: () => [url] },
        })
        const file = join(ports.paths.cache, 'keys', `${fingerprint}.asc`)
        await mkdir(dirname(file), { recursive: true })
        await world.gpg.key('stranger')
        if (put === null) await writeFile(file, await world.gpg.run(['--armor', '--export', 'stranger']))
        else await put(file, world)
        await world.prove(await world.gpg.sign('fetched', signedBytes), null, ports)
        expect(await readFile(file, 'latin1')).toContain('BEGIN PGP PUBLIC KEY BLOCK')
      },
      code: null,
    }),
  ),
  {
    what: 'that a download would write, and is a link to one that is not there yet',
    async meet(world) {
      const target = world.path('not-there')
      const directory = world.path('downloads')
      await mkdir(directory)
      const url = world.find('iso').location
      await symlink(target, join(directory, url.split('/').pop()!))
      const spec = {
        job: 'download' as const,
        source: { image: { kind: 'url' as const, url }, keyring: world.keyringFile },
        directory,
      }
      const last = (await runJobHere(await world.ports(), spec)).at(-1)!
      expect(last.event === 'failed' && last.code).toBeTruthy()
      expect(await lstat(target).catch(() => null)).toBeNull()
    },
    code: null,
  },
  {
    what: 'beside which a download writes the signature, and is a link elsewhere',
    async meet(world) {
      const { path, expectUntouched } = await precious(world)
      const directory = world.path('downloads')
      await mkdir(directory)
      const url = world.find('iso').location
      await symlink(path, join(directory, `${url.split('/').pop()}.sig`))
      const spec = {
        job: 'download' as const,
        source: { image: { kind: 'url' as const, url }, keyring: world.keyringFile },
        directory,
      }
      const last = (await runJobHere(await world.ports(), spec)).at(-1)
      expect(last).toMatchObject({ event: 'failed', code: 'output-exists' })
      await expectUntouched()
    },
    code: null,
  },
]
