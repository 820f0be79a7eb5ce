import { createHash } from 'node:crypto'
import { chown, mkdir, readFile, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import * as zlib from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { makeLoop, run, unmount } from '../support/drives/devices.ts'
import { expectDone, expectFailed, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { testWith } from '../support/run/needs.ts'
import { isSoak } from '../support/run/tier.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('kindling save', () => {
  let world: CliWorld
  let directory: TemporaryDirectory
  beforeAll(async () => void (world = await makeCliWorld()))
  afterAll(() => world?.dispose())
  beforeEach(async () => void (directory = await makeTemporaryDirectory('kindling-save-')))
  afterEach(() => directory.dispose())

  const save = (drive: string, name: string, ...args: string[]) =>
    world.call(['save', '--drive', drive, '-o', directory.file(name), '--json', ...args])

  testWith(['loop'], 'saves a drive, and its receipt proves the file for write and verify', async () => {
    const loop = await makeLoop({ size: 16 * mib })
    const other = await world.makeDrive(16 * mib)
    try {
      expectDone(await world.call(['write', '--drive', loop.device, '--yes', '--json']))
      const saved = await save(loop.device, 'saved.img.gz', '--verify')
      expect(phasesOf(saved)).toEqual(['prepare', 'save', 'read-back'])
      const { image, files, drive } = expectDone(saved)
      const file = await readFile(directory.file('saved.img.gz'))
      const raw = zlib.gunzipSync(file)
      expect(raw.length).toBe(16 * mib)
      expect(raw.subarray(0, world.raw.length).equals(world.raw)).toBe(true)
      expect(files).toEqual([{ path: directory.file('saved.img.gz'), bytes: file.length, sha256: sha256(file) }])
      expect(image).toMatchObject({
        ...{ size: file.length, imageSize: raw.length, origin: 'none' },
        ...{ sha256: { actual: sha256(file) }, uncompressedSha256: { actual: sha256(raw) } },
      })
      expect(drive).toMatchObject({ state: 'untouched', readBackSha256: sha256(raw), bytesWritten: 0 })

      const source = ['--image-file', directory.file('saved.img.gz'), '--sha256', sha256(file), '--json']
      expectDone(await world.call(['verify', '--drive', loop.device, ...source]))
      expectDone(await world.call(['write', '--drive', other.path, '--yes', ...source]))
      expect((await other.read()).equals(raw)).toBe(true)
    } finally {
      await loop.dispose()
    }
  })

  testWith(['command:zstd'], 'writes a .zst that zstd and verify can read, or says that this Node cannot', async () => {
    const drive = await world.makeDrive(4 * mib)
    const saved = await save(drive.path, 'saved.img.zst')
    if (!('createZstdCompress' in zlib)) {
      expect(expectFailed(saved, 'output-failed', 1).title).toContain('writes no .zst')
      return
    }
    const { files } = expectDone(saved)
    await run('zstd', '--quiet', '-d', directory.file('saved.img.zst'), '-o', directory.file('decoded.img'))
    expect((await readFile(directory.file('decoded.img'))).equals(drive.before)).toBe(true)
    const source = ['--image-file', directory.file('saved.img.zst'), '--sha256', files[0]!.sha256!, '--json']
    expectDone(await world.call(['verify', '--drive', drive.path, ...source]))
  })

  test('ends where the image ends, and the file is the image', async () => {
    const drive = await world.makeDrive(16 * mib)
    for (const [format, image] of [
      ['raw.xz', world.raw],
      ['iso', world.iso],
    ] as const) {
      expectDone(await world.call(['write', '-f', format, '--drive', drive.path, '--yes', '--json']))
      expectDone(await save(drive.path, `${format}.img`, '--size', 'image'))
      expect((await readFile(directory.file(`${format}.img`))).equals(image)).toBe(true)
    }
  })

  testWith(['loop'], 'ends behind the last partition, of a GPT and of an MBR', async () => {
    const loop = await makeLoop({ size: 64 * mib, partitions: [{ size: 8 * mib }, { size: 5 * mib }] })
    try {
      expect(expectDone(await save(loop.device, 'gpt.img', '--size', 'used')).image.imageSize).toBe(14 * mib)
    } finally {
      await loop.dispose()
    }
    const stick = directory.file('stick.img')
    await writeFile(stick, '')
    await truncate(stick, 8 * mib + 4096)
    expect((await world.call(['restore', '--drive', stick, '--yes'])).code).toBe(0)
    expect(expectDone(await save(stick, 'mbr.img', '--size', 'used')).image.imageSize).toBe(8 * mib)
  })

  test('says that nothing tells where the content ends', async () => {
    const drive = await world.makeDrive(4 * mib)
    for (const size of ['used', 'image'])
      expectFailed(await save(drive.path, 'saved.img', '--size', size), 'save-size-unknown', 1)
  })

  testWith(['loop', 'mount'], 'makes no file on the drive that it saves, nor over it', async () => {
    const loop = await makeLoop({ size: 32 * mib, partitions: [{ size: 24 * mib, fileSystem: 'ext4' }] })
    const place = await makeTemporaryDirectory('kindling-mounted-')
    try {
      await run('mount', loop.partitions[0]!, place.path)
      const inside = ['save', '--drive', loop.device, '-o', place.file('saved.img.gz'), '--json']
      expect(expectFailed(await world.call(inside), 'output-failed', 1).title).toContain('it would be on')
    } finally {
      await unmount(place.path)
      await place.dispose()
      await loop.dispose()
    }
    const drive = await world.makeDrive(4 * mib)
    const over = ['save', '--drive', drive.path, '-o', drive.path, '--replace', '--json']
    expect(expectFailed(await world.call(over), 'output-failed', 1).title).toContain('it would be on')
    expect((await drive.read()).equals(drive.before)).toBe(true)
  })

  test('refuses a raw file for which there is no room, before it reads the drive', async () => {
    const drive = directory.file('large.img')
    await writeFile(drive, '')
    await truncate(drive, 4 * 1024 ** 4)
    const failed = await save(drive, 'saved.img')
    expect(expectFailed(failed, 'output-failed', 1).title).toMatch(/it needs \d+ bytes, and \d+ are free/)
    expect(phasesOf(failed)).toEqual(['prepare'])
  })

  testWith(['fuse'], 'names the bad sectors of a real drive, and leaves zeros for them', async () => {
    const bytes = makeNoise(4 * mib, 3)
    const served = await makeServedDrive(Buffer.from(bytes))
    const bad = { offset: 2 * mib + 8192, length: 4096 }
    try {
      served.behaviour = {
        before: ({ kind, offset, length }) =>
          kind === 'read' && offset < bad.offset + bad.length && offset + length > bad.offset ? errno.EIO : undefined,
      }
      // The drive is served by this process, so that the command needs another one.
      const args = ['save', '--drive', served.device, '-o', directory.file('saved.img'), '--json']
      expectFailed(await world.kindling(args), 'drive-read-failed', 1)
      const run = await world.kindling([...args, '--keep-going'])
      const { warnings } = expectDone(run)
      expect(warningsOf(run)).toContain('bytes-unreadable')
      expect(warnings.find(({ code }) => code === 'bytes-unreadable')!.details).toEqual(bad)
      bytes.fill(0, bad.offset, bad.offset + bad.length)
      expect((await readFile(directory.file('saved.img'))).equals(bytes)).toBe(true)
    } finally {
      await served.dispose()
    }
  })

  const files: [name: string, unpack: (bytes: Buffer) => Buffer][] = [
    ['saved.img.gz', zlib.gunzipSync],
    ['saved.img', (bytes) => bytes],
  ]
  for (const [name, unpack] of isSoak ? files : files.slice(0, 1))
    testWith(['fuse'], `continues ${name} after Ctrl-C, and sees that the drive has changed`, async () => {
      const bytes = makeNoise(24 * mib, 4)
      const served = await makeServedDrive(Buffer.from(bytes))
      const args = ['save', '--drive', served.device, '-o', directory.file(name), '--json']
      const part = `${directory.file(name)}.save.partial`
      /** Stops in the middle: what lies there cannot be read before. */
      const stop = async () => {
        let reached = () => {}
        const middle = new Promise<void>((resolve) => (reached = resolve))
        served.behaviour = {
          before({ kind, offset }) {
            // The backup of a partition table is looked for at the end.
            if (kind !== 'read' || offset < 16 * mib || offset >= 20 * mib) return
            reached()
            return errno.EIO
          },
        }
        const run = await world.kindling(args, { onStart: (stop) => void middle.then(() => stop('SIGINT')) })
        served.behaviour = {}
        expectFailed(run, 'interrupted', 130)
        expect(warningsOf(run)).toContain('saved-part-kept')
        expect(await readdir(directory.path)).toEqual([basename(part)])
      }
      try {
        await stop()
        const run = await world.kindling([...args, '--verify'])
        const { image } = expectDone(run)
        expect(warningsOf(run)).toEqual(['saved-part-found'])
        const file = await readFile(directory.file(name))
        expect(image.sha256!.actual).toBe(sha256(file))
        expect(unpack(file).equals(bytes)).toBe(true)
        expect(await readdir(directory.path)).toEqual([name])

        await rm(directory.file(name))
        await stop()
        served.bytes.fill(1, 5 * mib, 6 * mib)
        bytes.fill(1, 5 * mib, 6 * mib)
        const again = await world.kindling(args)
        expectDone(again)
        expect(warningsOf(again)).toEqual(['saved-part-found', 'saved-part-differs'])
        expect(unpack(await readFile(directory.file(name))).equals(bytes)).toBe(true)
      } finally {
        await served.dispose()
      }
    })

  testWith(['other-user'], 'takes no part of another user', async () => {
    const drive = await world.makeDrive(12 * mib)
    const part = directory.file('saved.img.save.partial')
    const first = await save(drive.path, 'saved.img')
    const { image } = expectDone(first)
    await mkdir(part, { mode: 0o700 })
    await rename(directory.file('saved.img'), `${part}/bytes`)
    const checkpoint = { drive: expectDone(first).drive!.identity, size: 12 * mib, length: 8 * mib, stored: 8 * mib }
    await writeFile(`${part}/note.json`, JSON.stringify(checkpoint))
    await chown(part, 65534, 65534)
    const again = await save(drive.path, 'saved.img')
    expect(warningsOf(again)).toEqual([])
    expect(expectDone(again).image.sha256).toEqual(image.sha256)
    await chown(part, process.getuid!(), process.getgid!())
    await rm(directory.file('saved.img'))
    // Its own part is continued, so the checkpoint above is one.
    const third = await save(drive.path, 'saved.img')
    expect(warningsOf(third)).toEqual(['saved-part-found'])
  })
})
