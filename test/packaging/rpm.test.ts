import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPackage, packagingNeeds } from '../support/packages/built-packages.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { lacking } from '../support/run/needs.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { tryJobs } from '../support/programs/try-commands.ts'

// The tests form one story: the rpm is installed into an empty system, used and removed. Fedora's
// libraries are not available, so this machine's libraries take their place.
const missing = lacking(...packagingNeeds.rpm, 'chroot')

let place: TemporaryDirectory
let file: string
let world: CliWorld
beforeAll(async () => {
  if (missing !== null) return
  place = await makeTemporaryDirectory('kindling-rpm-')
  file = buildPackage('rpm', place.path)
  world = await makeCliWorld({ imageSize: 8 * 1024 * 1024 })
}, 600_000)
afterAll(async () => {
  await world?.dispose()
  await place?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

const inTree = (path: string) => place.file(`tree/${path}`)
const rpm = async (...args: string[]) =>
  (await runTool('rpm', ['--root', place.file('tree'), '--define', '_dbpath /var/lib/rpm', ...args])).toString()
/** Lists files and links, without rpm's own database. */
const listFiles = async () =>
  (
    await runTool('find', [
      place.file('tree'),
      '-path',
      inTree('var/lib/rpm'),
      '-prune',
      '-o',
      '!',
      '-type',
      'd',
      '-print',
    ])
  )
    .toString()
    .trim()

describe('the rpm', () => {
  test('has no script that runs when it is installed or removed, and names what it needs', async () => {
    expect((await runTool('rpm', ['-qp', '--scripts', '--triggers', '--filetriggers', file])).toString()).toBe('')
    const needed = (await runTool('rpm', ['-qp', '--requires', file])).toString()
    expect(needed).toMatch(/^libgtk-3\.so\.0\(\)\(64bit\)$/m)
    expect(needed).not.toMatch(/^\/bin|perl|python/m)
  })

  test('is installed as it was made: every file with its bytes, owner and rights', async () => {
    await rpm('--install', '--nodeps', file)
    expect(await rpm('--query', 'kindling')).toMatch(/^kindling-\d/)
    expect(await rpm('--verify', '--nodeps', 'kindling')).toBe('')
    const { uid, gid, mode } = lstatSync(inTree('opt/Kindling/chrome-sandbox'))
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 0, gid: 0, mode: 0o4755 })
    const setuid = await runTool('find', [place.file('tree'), '-perm', '/7000', '-type', 'f', '-printf', '%P\n'])
    expect(setuid.toString()).toBe('opt/Kindling/chrome-sandbox\n')
    const writable = await runTool('find', [
      place.file('tree/opt'),
      place.file('tree/usr'),
      '-perm',
      '/022',
      '!',
      '-type',
      'l',
    ])
    expect(writable.toString()).toBe('')
  })

  test('has its places in the system', () => {
    expect(readlinkSync(inTree('usr/bin/kindling'))).toBe('/opt/Kindling/kindling')
    const id = 'org.kindling.Kindling'
    for (const path of [
      `applications/${id}.desktop`,
      `metainfo/${id}.metainfo.xml`,
      `mime/packages/${id}.xml`,
      `polkit-1/actions/${id}.policy`,
      `icons/hicolor/scalable/apps/${id}.svg`,
      `icons/hicolor/256x256/apps/${id}.png`,
      'man/man1/kindling.1.gz',
      'bash-completion/completions/kindling',
      'zsh/site-functions/_kindling',
      'fish/vendor_completions.d/kindling.fish',
    ])
      expect(existsSync(inTree(`usr/share/${path}`)), path).toBe(true)
  })

  test('has every job', async () => {
    await tryJobs(world, [inTree('opt/Kindling/kindling')])
  })

  test('leaves no file when it is removed', async () => {
    expect(await listFiles()).not.toBe('')
    await rpm('--erase', '--nodeps', 'kindling')
    expect(await listFiles()).toBe('')
    expect(existsSync(inTree('opt/Kindling'))).toBe(false)
  })
})
