import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLinux } from '../../../src-main/drives/linux/create-linux.ts'
import { openDrive } from '../../../src-main/drives/open-drive.ts'
import { toRefusal } from '../../../src-main/drives/refusal.ts'
import type { DriveSystem } from '../../../src-main/drives/system.ts'
import { withFiles } from '../../../src-main/drives/with-files.ts'
import { openOnBehalf } from '../../../src-main/privileged/open-on-behalf.ts'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

// Drives that are replaced by another one between inspecting and opening.

const linux = createLinux([])
let temporary: TemporaryDirectory
let steps: string[]
beforeEach(async () => {
  temporary = await makeTemporaryDirectory()
  steps = []
})
afterEach(() => temporary.dispose())

const unmount = async () => ({ release: async () => void steps.push('released') })

describe.each(['read', 'write'] as const)('opened to %s', (mode) => {
  /** Opens a disk-image file that is replaced after it was inspected. */
  async function openSwapped(swap: (path: string) => Promise<unknown>) {
    const path = temporary.file('chosen.img')
    await writeFile(path, Buffer.alloc(8192))
    const system = withFiles(linux)
    const drive = await system.inspect(path)
    const inspect = async (name: string) => {
      const found = await system.inspect(name)
      await swap(path)
      return found
    }
    return openDrive({ ...system, inspect, unmount }, drive, mode)
  }

  test('a file that another file of the same size has replaced is refused', async () => {
    const failure = await failureOf(
      openSwapped(async (path) => {
        await writeFile(temporary.file('other.img'), Buffer.alloc(8192))
        await rename(temporary.file('other.img'), path)
      }),
    )
    expect(failure).toMatchObject({ code: 'drive-changed' })
    expect(steps).toEqual(mode === 'write' ? ['released'] : [])
  })

  test('a file that became a link to another file is refused', async () => {
    const swap = async (path: string) => {
      await writeFile(temporary.file('other.img'), Buffer.alloc(8192))
      await rm(path)
      await symlink(temporary.file('other.img'), path)
    }
    expect(await failureOf(openSwapped(swap))).toMatchObject({ code: 'drive-changed' })
  })

  test('a file that became a link to a device is refused', async () => {
    const swap = async (path: string) => {
      await rm(path)
      await symlink('/dev/null', path)
    }
    expect(await failureOf(openSwapped(swap))).toMatchObject({
      code: 'drive-unusable',
      details: { kind: 'a character device' },
    })
  })

  /** Returns a block device whose name leads to a path of this test after it was inspected. */
  const leadTo = (path: string, changes: Partial<DriveSystem> = {}): [DriveSystem, Drive] => {
    const { drive } = makeMemoryDrive({ size: 8192 })
    const system = { ...linux, inspect: async () => drive, unmount, rawPath: () => path, exclusively: 0, directly: 0 }
    return [{ ...system, ...changes }, drive]
  }

  test.each([
    ['a file', 'image'],
    ['a directory', 'place'],
    ['a character device', '/dev/null'],
  ])('a block device whose name leads to %s is refused', async (kind, name) => {
    await writeFile(temporary.file('image'), Buffer.alloc(8192))
    await mkdir(temporary.file('place'))
    const failure = await failureOf(openDrive(...leadTo(name.startsWith('/') ? name : temporary.file(name)), mode))
    // The kernel itself refuses to open a directory for writing.
    if (kind !== 'a directory' || mode === 'read')
      expect(failure).toMatchObject({ code: 'drive-unusable', details: { kind } })
    expect(steps).toEqual(mode === 'write' ? ['released'] : [])
  })

  test.each<[string, Partial<Drive['identity']>]>([
    ['another number', { number: '8:32' }],
    ['another serial number', { serial: 'other' }],
    ['another size', { size: 4096 }],
  ])('a block device whose handle has %s is refused', async (_, changes) => {
    const path = temporary.file('image')
    await writeFile(path, Buffer.alloc(8192))
    const [system, drive] = leadTo(path, { identifyOpen: async (found) => ({ ...found.identity, ...changes }) })
    expect(await failureOf(openDrive(system, drive, mode))).toMatchObject({ code: 'drive-changed' })
    expect(steps).toEqual(mode === 'write' ? ['released'] : [])
  })

  test('a drive that carries the system is not opened on behalf of another user', async () => {
    const path = temporary.file('image')
    await writeFile(path, Buffer.alloc(8192))
    const [system, drive] = leadTo(path, { identifyOpen: async (found) => found.identity })
    await (await openOnBehalf(system, drive.identity, mode)).close()
    const refusals = [toRefusal(new KindlingError('drive-system', { drive: drive.identity.device, reason: '/' }))]
    const carrying = { ...system, inspect: async () => ({ ...drive, refusals }) }
    expect(await failureOf(openOnBehalf(carrying, drive.identity, mode))).toMatchObject({
      code: mode === 'read' ? 'drive-system-private' : 'drive-system',
      details: { reason: '/' },
    })
    // A process that opens the drive with its own rights may read it.
    if (mode === 'read') await (await openDrive(carrying, drive, mode)).close()
  })
})

describe('a mount that cannot be unmounted because a program uses it', () => {
  /** Opens a drive whose mount is busy for the first `busyTries` attempts. */
  async function openBusy(busyTries: number) {
    const path = temporary.file('chosen.img')
    await writeFile(path, Buffer.alloc(8192))
    const system = withFiles(linux)
    let tries = 0
    const unmountLater = async () => {
      if (++tries > busyTries) return unmount()
      const cause = Object.assign(new Error('target is busy.'), { code: 'EBUSY' })
      const reason = 'it is in use by indexer (process 7)'
      throw new KindlingError('drive-unmount-failed', { drive: path, mountpoint: '/media/x', reason }, { cause })
    }
    const opened = openDrive({ ...system, unmount: unmountLater }, await system.inspect(path), 'write')
    return { opened, tries: () => tries }
  }

  test('is tried again as long as a drive that is busy', async () => {
    const { opened, tries } = await openBusy(4)
    await (await opened).close()
    expect(tries()).toBe(5)
  })

  test('is told in the end, with the program', async () => {
    const { opened, tries } = await openBusy(Infinity)
    expect(await failureOf(opened)).toMatchObject({
      code: 'drive-unmount-failed',
      details: { reason: 'it is in use by indexer (process 7)' },
    })
    expect(tries()).toBe(5)
  })
})
