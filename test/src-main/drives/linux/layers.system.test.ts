import { link, mkdir, open, rename, truncate, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createDrives } from '../../../../src-main/create-drives.ts'
import { makeLoop, run, unmount } from '../../../support/drives/devices.ts'
import { describeWith } from '../../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { mib } from '../../../support/files/mib.ts'

const drives = createDrives()

describeWith(['loop', 'mount'], 'which bytes a drive and a file share', () => {
  let temporary: TemporaryDirectory
  let source: string
  beforeAll(async () => {
    temporary = await makeTemporaryDirectory()
    source = await makeFile('cache/images/source.raw')
  })
  afterAll(() => temporary.dispose())
  const made: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const dispose of made.splice(0).toReversed()) await dispose()
  })

  async function makeFile(name: string): Promise<string> {
    const path = temporary.file(name)
    await mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true })
    await writeFile(path, '')
    await truncate(path, 16 * mib)
    return path
  }
  async function attach(file: string): Promise<string> {
    const device = await run('losetup', '-f', '--show', file)
    made.push(() => run('losetup', '-d', device))
    return device
  }
  async function mount(...args: string[]): Promise<string> {
    const place = temporary.file(`mount ${made.length}`)
    await mkdir(place, { recursive: true })
    await run('mount', ...args, place)
    made.push(() => unmount(place))
    return place
  }
  /** Mounts a file system on a loop device over a file. */
  async function mountFile(file: string): Promise<string> {
    const device = await attach(file)
    await run('mke2fs', '-q', '-F', '-t', 'ext4', device)
    return mount(device)
  }
  const overlaps = async (drive: string, path: string) => drives.overlaps(await drives.inspect(drive), path)
  const spoils = async (drive: string) => [
    await overlaps(drive, source),
    await overlaps(drive, temporary.file('cache')),
  ]

  test('another file is not the source, nor is a loop device over it', async () => {
    const other = await makeFile('other.img')
    expect(await spoils(other)).toEqual([false, false])
    expect(await spoils(await attach(other))).toEqual([false, false])
  })

  test('the source by itself, by a hard link, and through a bind mount is the source', async () => {
    const linked = temporary.file('linked.img')
    await link(source, linked)
    const bound = await makeFile('bound.img')
    await run('mount', '--bind', source, bound)
    made.push(() => unmount(bound))
    const directory = await mount('--bind', temporary.file('cache/images'))
    for (const name of [source, linked, bound, `${directory}/source.raw`])
      expect(await spoils(name)).toEqual([true, true])
  })

  test('a loop device over the source is the source, also over a hard link, and once its file was renamed', async () => {
    expect(await spoils(await attach(source))).toEqual([true, true])
    const linked = temporary.file('renamed.img')
    await link(source, linked)
    const device = await attach(linked)
    await rename(linked, `${linked}.old`)
    await writeFile(linked, 'another file')
    expect(await spoils(device)).toEqual([true, true])
  })

  test('a loop device over a loop device over the source is the source', async () => {
    expect(await spoils(await attach(await attach(source)))).toEqual([true, true])
  })

  test('a file in a file system in the source is the source, and so is a loop device over that', async () => {
    const inner = `${await mountFile(source)}/inner.img`
    const handle = await open(inner, 'w')
    await handle.truncate(4 * mib)
    await handle.close()
    expect(await spoils(inner)).toEqual([true, true])
    expect(await spoils(await attach(inner))).toEqual([true, true])
  })

  test('a file or drive that holds the file system of the source is refused for it, at any depth', async () => {
    const lower = await makeLoop({ size: 64 * mib })
    made.push(() => lower.dispose())
    await run('mke2fs', '-q', '-F', '-t', 'ext4', lower.device)
    const outer = await mount(lower.device)
    await writeFile(`${outer}/middle.img`, '')
    await truncate(`${outer}/middle.img`, 24 * mib)
    const inner = await mountFile(`${outer}/middle.img`)
    await writeFile(`${inner}/source.raw`, 'source')
    for (const drive of [lower.device, lower.file!, `${outer}/middle.img`])
      expect(await overlaps(drive, `${inner}/source.raw`), drive).toBe(true)
  })

  test('the file behind an overlay is the file in it', async ({ skip }) => {
    for (const name of ['upper', 'work']) await mkdir(temporary.file(name))
    const options = `lowerdir=${temporary.file('cache')},upperdir=${temporary.file('upper')},workdir=${temporary.file('work')}`
    const merged = await mount('-t', 'overlay', 'overlay', '-o', options).catch(() => null)
    if (merged === null) return skip('needs an overlay on this file system')
    expect(await overlaps(source, `${merged}/images/source.raw`)).toBe(true)
  })
})
