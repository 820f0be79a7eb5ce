import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeZram, run } from '../support/drives/devices.ts'
import { readDevice } from '../support/drives/read-device.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { testWith } from '../support/run/needs.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

// Reports about other programs: docs/tried.md.
describe('what other programs were reported for', () => {
  let world: CliWorld
  beforeAll(async () => void (world = await makeCliWorld()))
  afterAll(() => world?.dispose())
  const made: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const dispose of made.splice(0).toReversed()) await dispose()
  })

  const write = (...args: string[]) => world.call(['write', ...args, '--yes', '--json'])

  test.each(['this & that.raw', 'foo (1).img', 'elementary-3.0.8.iso'])(
    'an image named %s is written',
    async (name) => {
      const image = name.endsWith('.iso') ? world.iso : world.raw
      const drive = await world.makeDrive()
      const receipt = expectDone(await write('--image-file', await world.save(name, image), '--drive', drive.path))
      expect(receipt.image.location).toContain(name)
      expect((await drive.read()).subarray(0, image.length).equals(image)).toBe(true)
    },
  )

  test('an image with the footer of a VHD is written with it as .img, and refused as .vhd', async () => {
    const footer = Buffer.alloc(512)
    footer.write('conectix', 'latin1')
    const image = Buffer.concat([world.raw, footer])
    const drive = await world.makeDrive()
    const refused = await write('--image-file', await world.save('disk.vhd', image), '--drive', drive.path)
    expect(expectFailed(refused, 'image-container', 3).driveState).toBe('untouched')
    expect((await drive.read()).equals(drive.before)).toBe(true)
    expectDone(await write('--image-file', await world.save('disk.img', image), '--drive', drive.path))
    expect((await drive.read()).subarray(0, image.length).equals(image)).toBe(true)
  })

  testWith(['zram'], 'a reader without a card is not offered, and refused by name', async () => {
    // A zram device has no medium until it gets a size.
    const number = (await readFile('/sys/class/zram-control/hot_add', 'utf8')).trim()
    made.push(() => writeFile('/sys/class/zram-control/hot_remove', number))
    const device = `/dev/zram${number}`
    const other = await makeZram(mib)
    made.push(other.dispose)
    const listed = await world.call(['drives', '--json'])
    expect(listed.stdout).toContain(`"${other.device}"`)
    expect(listed.stdout).not.toContain(`"${device}"`)
    const failure = expectFailed(await write('--drive', device), 'drive-unusable', 3)
    expect(failure).toMatchObject({ driveState: 'untouched', details: { kind: 'a device without a medium' } })
  })

  describe('a file system on the whole drive', () => {
    /** Writes to a drive whose file system is mounted at a place of this name. */
    async function writeMounted(name: string) {
      const drive = await makeZram(16 * mib)
      made.push(drive.dispose)
      await run('mke2fs', '-q', '-F', '-t', 'ext4', drive.device)
      const place = world.path(name)
      await mkdir(place)
      await run('mount', drive.device, place)
      const mounts = () => readFile('/proc/self/mounts', 'utf8')
      expect(await mounts()).toContain(`${drive.device} `)
      expectDone(await write('-f', '4k.raw.xz', '--drive', drive.device))
      expect(await mounts()).not.toContain(`${drive.device} `)
      expect((await readDevice(drive.device, world.raw4k.length)).equals(world.raw4k)).toBe(true)
    }

    testWith(['zram', 'mount'], 'is unmounted', () => writeMounted('mounted'))
    testWith(['zram', 'mount'], 'is unmounted from a place with blanks in its name', () => writeMounted('two  blanks'))
  })
})
