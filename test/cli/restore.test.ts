import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import type { FileSystem } from '../../src-shared/file-system.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import { makeLoop, run, unmount } from '../support/drives/devices.ts'
import { expectFailed, expectGrammar, phasesOf } from '../support/expect/expect-events.ts'
import { lacking, testWith } from '../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { callKindling } from '../support/worlds/call-kindling.ts'
import { fillWithOldBytes } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const [gb, tb] = [1e9, 1e12]

let directory: TemporaryDirectory
beforeAll(async () => void (directory = await makeTemporaryDirectory('kindling-restore-')))
afterAll(() => directory.dispose())

/** Makes a sparse disk-image file. */
async function makeFile(size: number): Promise<string> {
  const path = directory.file(`${size}.img`)
  await writeFile(path, '')
  await truncate(path, size)
  return path
}

/** Restores a drive by the command line, and returns its receipt. */
async function restore(drive: string, ...args: string[]): Promise<Restoration> {
  const done = await callKindling(['restore', '--drive', drive, '--yes', '--confirm', drive, '--json', ...args])
  expectGrammar(done)
  expect(done.code, done.stdout).toBe(0)
  expect(phasesOf(done)).toEqual(['prepare', 'write', 'read-back'])
  return done.events.at(-1) as unknown as Restoration
}

/** Checks the table and the file system of a drive by the tools of others. */
async function check(device: string, file: string, label: string | null, fileSystem: FileSystem, sectorSize: number) {
  const verified = await run('sfdisk', '--verify', device)
  expect(verified).toContain('No errors detected.')
  const { size } = await stat(file)
  const [, type] = /type=([\w-]+)/.exec(await run('sfdisk', '--dump', device))!
  expect(type!.toLowerCase()).toBe(
    size > 2 * 1024 ** 4 ? 'ebd0a0a2-b9e5-4433-87c0-68b6b72699c7' : fileSystem === 'fat32' ? 'c' : '7',
  )
  const partition = await run('losetup', '-f', '--show', '-b', String(sectorSize), '-o', String(mib), file)
  try {
    if (fileSystem === 'fat32') await run('fsck.vfat', '-n', partition)
    else expect(await run('fsck.exfat', '-n', partition)).toContain('clean')
    const kind = fileSystem === 'fat32' ? 'vfat' : 'exfat'
    expect(await run('blkid', '-p', '-o', 'value', '-s', 'TYPE', partition)).toBe(kind)
    if (label !== null) expect(await run('blkid', '-p', '-o', 'value', '-s', 'LABEL', partition)).toBe(label)
    if (lacking(kind) === null) await useMounted(partition, kind)
  } finally {
    await run('losetup', '-d', partition)
  }
}

/** Writes a file to the mounted file system, and reads it after the next mount. */
async function useMounted(partition: string, kind: string): Promise<void> {
  const place = await makeTemporaryDirectory('kindling-mount-')
  try {
    for (const turn of ['write', 'read']) {
      await run('mount', '-t', kind, partition, place.path)
      try {
        if (turn === 'write') await writeFile(join(place.path, 'Файл.txt'), 'kept')
        else expect(await readFile(join(place.path, 'Файл.txt'), 'utf8')).toBe('kept')
      } finally {
        await unmount(place.path)
      }
    }
  } finally {
    await place.dispose()
  }
}

const tools = ['command:sfdisk', 'command:fsck.vfat', 'command:fsck.exfat', 'command:blkid'] as const

describe('a restored drive', () => {
  describe.each([
    { size: 8e6, fileSystem: 'exfat', table: 'mbr', args: ['--label', 'Малая'], label: 'Малая' },
    { size: 35 * mib, fileSystem: 'fat32', table: 'mbr', args: ['--label', 'first one'], label: 'FIRST ONE' },
    { size: 512 * mib, fileSystem: 'fat32', table: 'mbr', args: [], label: null },
    { size: 512 * mib, fileSystem: 'exfat', table: 'mbr', args: ['--format', 'exfat'], label: null },
    { size: 31 * gb, fileSystem: 'fat32', table: 'mbr', args: [], label: null },
    { size: 64 * gb, fileSystem: 'exfat', table: 'mbr', args: ['--label', 'Stick'], label: 'Stick' },
    { size: 64 * gb, fileSystem: 'fat32', table: 'mbr', args: ['--format', 'fat32'], label: null },
    { size: 3 * tb, fileSystem: 'exfat', table: 'gpt', args: [], label: null },
  ] as const)('of $size bytes as $fileSystem', ({ size, fileSystem, table, args, label }) => {
    testWith(['loop', ...tools], 'satisfies the tools of others, as a disk-image file', async () => {
      const file = await makeFile(size)
      const done = await restore(file, ...args)
      expect(done).toMatchObject({ job: 'restore', receipt: null, fileSystem, table, label })
      expect(done.drive).toMatchObject({ state: 'proved', identity: { size } })
      await check(file, file, label, fileSystem, 512)
    })
  })

  describe.each([
    { size: 64 * mib, sectorSize: 512, fileSystem: 'fat32' },
    { size: 300 * mib, sectorSize: 4096, fileSystem: 'fat32' },
    { size: 64 * mib, sectorSize: 4096, fileSystem: 'exfat' },
    { size: 33 * gb - ((33 * gb) % 4096), sectorSize: 4096, fileSystem: 'exfat' },
    { size: 3 * tb - ((3 * tb) % 4096), sectorSize: 4096, fileSystem: 'exfat' },
  ] as const)('of $size bytes in sectors of $sectorSize', ({ size, sectorSize, fileSystem }) => {
    testWith(['loop', ...tools], 'satisfies the tools of others, as a block device', async () => {
      const loop = await makeLoop({ size, sectorSize })
      try {
        expect(await restore(loop.device, '--label', 'DRIVE')).toMatchObject({ fileSystem })
        await check(loop.device, loop.file!, 'DRIVE', fileSystem, sectorSize)
      } finally {
        await loop.dispose()
      }
    })
  })

  testWith(['loop', ...tools, 'command:wipefs'], 'is taken for nothing that was on it', async () => {
    const size = 64 * mib
    const loop = await makeLoop({ size, partitions: [{ size: 40 * mib, fileSystem: 'ext4', label: 'old' }] })
    try {
      const old = await open(loop.device, 'r+')
      // An ISO, LVM and RAID at the start of the drive, and RAID at its end.
      await old.write('\u0001CD001\u0001', 32_768)
      await old.write('LABELONE', 512 * 3)
      await old.write(Buffer.from('fc4e2ba9', 'hex'), 0, 4, 4096)
      await old.write(Buffer.from('fc4e2ba9', 'hex'), 0, 4, size - 65_536)
      await old.close()
      expect(await run('wipefs', '--noheadings', '--output', 'TYPE', loop.device)).toContain('gpt')
      await restore(loop.device, '--format', 'fat32', '--label', 'NEW')
      await check(loop.device, loop.file!, 'NEW', 'fat32', 512)
      expect(await run('wipefs', '--noheadings', '--output', 'TYPE', loop.device)).toBe('dos')
    } finally {
      await loop.dispose()
    }
  })

  test('is described with its file system and its label', async () => {
    const file = await makeFile(36 * mib)
    const done = await callKindling(['restore', '--drive', file, '--yes', '--label', 'Photos'])
    expect(done.code).toBe(0)
    expect(done.stdout).toContain('The drive is a plain storage stick with an empty FAT32')
    expect(done.stdout).toMatch(/now +FAT32 "PHOTOS", MBR/)
  })
})

describe('a drive that may not be restored', () => {
  const fail = async (code: FailureCode, exit: number, size: number, ...args: string[]) => {
    const file = directory.file(`refused-${size}.img`)
    const before = await fillWithOldBytes(file, size)
    const failure = expectFailed(await callKindling(['restore', '--drive', file, '--json', ...args]), code, exit)
    expect(failure.driveState).toBe('untouched')
    expect((await readFile(file)).equals(before)).toBe(true)
    return failure
  }

  test('is not touched unless somebody confirms it', async () => {
    await fail('confirmation-missing', 2, 8 * mib)
    await fail('usage', 2, 8 * mib, '--yes', '--confirm', 'another')
  })

  test('is not touched for a label or a size that is impossible', async () => {
    expect((await fail('usage', 2, 8 * mib, '--yes', '--label', 'a/b')).title).toContain('which exFAT does not allow')
    const small = await fail('file-system-unfit', 3, 34 * mib, '--yes', '--format', 'fat32')
    expect(small.title).toContain(`it has ${34 * mib} bytes, and at least ${35 * mib} are needed`)
    await fail('file-system-unfit', 3, 2 * mib, '--yes')
    await fail('usage', 2, 8 * mib, '--yes', '--format', 'ntfs')
  })

  testWith(
    ['loop', 'mount'],
    'is not touched while a program uses its file system, and is unmounted after',
    async () => {
      const loop = await makeLoop({ size: 64 * mib, partitions: [{ size: 24 * mib, fileSystem: 'ext4' }] })
      const place = await makeTemporaryDirectory('kindling-mounted-')
      try {
        await run('mount', loop.partitions[0]!, place.path)
        const used = await open(place.file('used'), 'w')
        const before = await run('sfdisk', '--dump', loop.device)
        const again = () => callKindling(['restore', '--drive', loop.device, '--json', '--yes'])
        const failure = expectFailed(await again(), 'drive-unmount-failed', 3)
        expect(failure.driveState).toBe('untouched')
        expect(await run('sfdisk', '--dump', loop.device)).toBe(before)
        await used.writeFile('kept')
        await used.close()
        expect((await again()).code).toBe(0)
        expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(place.path)
      } finally {
        await unmount(place.path).catch(() => undefined)
        await loop.dispose()
        await place.dispose()
      }
    },
  )

  testWith(['loop'], 'is not touched by --yes alone if it is large', async () => {
    const loop = await makeLoop({ size: 300_000 * mib })
    try {
      const run = await callKindling(['restore', '--drive', loop.device, '--json', '--yes'])
      expectFailed(run, 'confirmation-name-missing', 2)
    } finally {
      await loop.dispose()
    }
  })
})
