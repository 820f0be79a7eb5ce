import { mkdir, open, readFile, statfs, truncate, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { makeLoop, run } from '../support/drives/devices.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectFailed } from '../support/expect/expect-events.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { testWith } from '../support/run/needs.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 6 * mib })
})
afterAll(() => world.dispose())

/**
 * Creates a sparse file of 12 MiB on a disk that is too small for it, and a loop device on top of
 * the file.
 */
async function onFullDisk(use: (file: string, device: string, detach: () => Promise<void>) => Promise<void>) {
  const disk = await makeLoop({ size: 32 * mib })
  const place = world.path('full')
  let device = ''
  /** The second call does nothing: another test may have a device of that name by then. */
  async function detach() {
    const attached = device
    device = ''
    if (attached !== '') await run('losetup', '-d', attached)
  }
  try {
    await run('mke2fs', '-q', '-F', '-t', 'ext4', '-O', '^has_journal', '-m', '0', disk.device)
    await mkdir(place)
    await run('mount', disk.device, place)
    const file = `${place}/drive.img`
    await writeFile(file, '')
    await truncate(file, 12 * mib)
    const { bavail, bsize } = await statfs(place)
    const filler = await open(`${place}/filler`, 'w')
    await filler.write(Buffer.alloc(bavail * bsize - 4 * mib, 1))
    await filler.sync()
    await filler.close()
    device = await run('losetup', '-f', '--show', '--direct-io=on', file)
    await use(file, device, detach)
  } finally {
    await detach().finally(() => disk.dispose())
  }
}

testWith(
  ['loop', 'mount'],
  'a disk-image file on a file system that fills up, and a loop device over one',
  ({ task }) =>
    onFullDisk(async (file, device, detach) => {
      for (const [what, drive] of [
        ['the file system of a loop device is full', device],
        ['the file system of a disk-image file is full', file],
      ] as const) {
        const before = await readFile(file)
        const failure = expectFailed(
          await world.kindling(['write', '--drive', drive, '--yes', '--json']),
          'drive-file-system-full',
          1,
        )
        expectDriveState(failure.driveState, { before, after: await readFile(file) })
        expect(failure.driveState).toBe('cleared')
        noteFailure(task, what, failure)
        // A file counts as in use while a loop device uses it.
        if (drive === device) await detach()
      }
    }),
  120_000,
)
