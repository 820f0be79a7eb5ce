import { copyFile, link, mkdir, symlink, writeFile, chmod, rm } from 'node:fs/promises'
import { gz } from '../../support/images/compress.ts'
import { fillWithOldBytes, type CliWorld } from '../../support/worlds/cli-world.ts'
import { makeLoop, run, type Device, type LoopShape } from '../../support/drives/devices.ts'
import { holdOpen } from '../../support/drives/hold-open.ts'
import type { BadInput, Made } from './bad-input.ts'
import { mib } from '../../support/files/mib.ts'

/** Uses a loop device as the drive, filled with old bytes or with partitions. */
async function onLoop(shape: LoopShape, more: (loop: Device) => Promise<Partial<Made>> | Partial<Made>): Promise<Made> {
  const loop = await makeLoop(shape)
  try {
    if (!shape.partitions) await fillWithOldBytes(loop.device, shape.size)
    const made = await more(loop)
    const dispose = async () => {
      await made.dispose?.()
      await loop.dispose()
    }
    return { args: [], drive: { path: loop.device }, ...made, dispose }
  } catch (error) {
    await loop.dispose()
    throw error
  }
}

/** Uses a loop device with a mounted ext4 partition. */
const onMounted = (world: CliWorld, more: (mountpoint: string, loop: Device) => Promise<Partial<Made>>) =>
  onLoop({ size: 40 * mib, partitions: [{ size: 32 * mib, fileSystem: 'ext4' }] }, async (loop) => {
    const mountpoint = world.path('mnt')
    await mkdir(mountpoint)
    await run('mount', loop.partitions[0]!, mountpoint)
    // Sync and remount read-only, so that the bytes on the device no longer change.
    const made = await more(mountpoint, loop)
    await run('sync', '-f', mountpoint)
    await run('mount', '-o', 'remount,ro', mountpoint)
    return made
  })

export const badDrives: BadInput[] = [
  {
    what: 'a disk-image file that is too small by one byte',
    async make(world) {
      return { args: [], drive: { path: (await world.makeDrive(world.raw.length - 1)).path } }
    },
    asProcess: true,
    ...{ code: 'drive-too-small', exit: 3, state: 'untouched' },
  },
  {
    what: 'a device that is too small by one sector',
    make: (world) => onLoop({ size: world.raw.length - 512 }, () => ({})),
    needs: ['loop'],
    ...{ code: 'drive-too-small', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive too small for a .gz file',
    async make(world) {
      const drive = await world.makeDrive(world.raw.length - 1)
      return {
        args: ['--image-file', await world.save('image.raw.gz', await gz(world.raw))],
        drive: { path: drive.path },
      }
    },
    ...{ code: 'drive-too-small', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive too small for an image whose size nobody states',
    async make(world) {
      const drive = await world.makeDrive(world.raw.length - 1)
      return {
        args: ['-u', await world.serve('image.raw.gz', await gz(world.raw))],
        drive: { path: drive.path },
      }
    },
    ...{ code: 'drive-too-small', exit: 3, state: 'cleared' },
  },
  {
    what: 'a drive of no bytes',
    async make(world) {
      return { args: [], drive: { path: await world.save('empty.img', Buffer.alloc(0), null) } }
    },
    ...{ code: 'drive-unusable', exit: 3, state: 'untouched' },
  },
  {
    what: 'a partition',
    make: () =>
      onLoop({ size: 32 * mib, partitions: [{ size: 16 * mib, fileSystem: 'ext4' }] }, (loop) => ({
        drive: { path: loop.partitions[0]! },
      })),
    needs: ['loop'],
    ...{ code: 'drive-is-partition', exit: 3, state: 'untouched' },
  },
  {
    what: 'a directory',
    make: async () => ({ args: [], drive: { path: '/tmp', bytes: null } }),
    ...{ code: 'drive-unusable', exit: 3, state: 'untouched' },
  },
  {
    what: 'a character device',
    make: async () => ({ args: [], drive: { path: '/dev/null', bytes: null } }),
    ...{ code: 'drive-unusable', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive that is not there',
    make: async (world) => ({ args: [], drive: { path: world.path('nowhere.img'), bytes: null } }),
    ...{ code: 'drive-missing', exit: 3, state: 'untouched' },
  },
  {
    what: 'a /dev/disk/by-* name that is not there',
    make: async () => ({ args: [], drive: { path: '/dev/disk/by-id/usb-Nobody_0', bytes: null } }),
    ...{ code: 'drive-missing', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive that a program holds exclusively',
    make: () =>
      onLoop({ size: 16 * mib }, async ({ device }) => {
        const holder = await holdOpen(device, 'O_RDWR|O_EXCL')
        return { dispose: () => holder.dispose() }
      }),
    needs: ['loop'],
    asProcess: true,
    ...{ code: 'drive-busy', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive that a program reads exclusively',
    make: () =>
      onLoop({ size: 16 * mib }, async ({ device }) => {
        const holder = await holdOpen(device, 'O_RDONLY|O_EXCL')
        return { dispose: () => holder.dispose() }
      }),
    needs: ['loop'],
    ...{ code: 'drive-busy', exit: 3, state: 'untouched' },
  },
  {
    what: 'a file that a loop device uses',
    make: () => onLoop({ size: 16 * mib }, (loop) => ({ drive: { path: loop.file! } })),
    needs: ['loop'],
    ...{ code: 'drive-busy', exit: 3, state: 'untouched' },
  },
  {
    what: 'a mounted drive where a program works in a directory',
    make: (world) =>
      onMounted(world, async (mountpoint) => {
        await writeFile(`${mountpoint}/open`, 'held')
        const holder = await holdOpen(`${mountpoint}/open`, 'O_RDONLY')
        return { dispose: () => holder.dispose() }
      }),
    needs: ['loop', 'mount'],
    ...{ code: 'drive-unmount-failed', exit: 3, state: 'untouched' },
  },
  {
    what: 'a disk-image file that is read-only',
    async make(world) {
      const { path } = await world.makeDrive()
      await chmod(path, 0o444)
      return { args: [], drive: { path } }
    },
    ...{ code: 'drive-file-protected', exit: 3, state: 'untouched' },
  },
  {
    what: 'a write-protected device',
    make: () =>
      onLoop({ size: 16 * mib }, async ({ device }) => {
        await run('blockdev', '--setro', device)
        // Otherwise the loop device stays write-protected for its next user.
        return { dispose: async () => void (await run('blockdev', '--setrw', device)) }
      }),
    needs: ['loop'],
    ...{ code: 'drive-read-only', exit: 3, state: 'untouched' },
  },
  {
    what: 'the image file itself',
    async make(world) {
      const image = await world.save('image.raw', world.raw)
      return { args: ['--image-file', image], drive: { path: image } }
    },
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a link to the image file',
    async make(world) {
      const image = await world.save('image.raw', world.raw)
      const link = world.path('link.img')
      await symlink(image, link)
      return { args: ['--image-file', image], drive: { path: link } }
    },
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a hard link to the image file',
    async make(world) {
      const image = await world.save('image.raw', world.raw)
      const other = world.path('hard-link.img')
      await link(image, other)
      return { args: ['--image-file', image], drive: { path: other }, dispose: () => rm(other) }
    },
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a loop device over a hard link to the image file',
    async make(world) {
      const image = await world.save('image.raw', world.raw)
      const other = world.path('hard-link.img')
      await link(image, other)
      const device = await run('losetup', '-f', '--show', other)
      const dispose = async () => {
        await run('losetup', '-d', device)
        await rm(other)
      }
      return { args: ['--image-file', image], drive: { path: device, bytes: image }, dispose }
    },
    needs: ['loop'],
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive on which the image lies',
    make: (world) =>
      onMounted(world, async (mountpoint) => {
        const image = await world.save('image.raw.xz', world.rawXz)
        await copyFile(image, `${mountpoint}/image.raw.xz`)
        await copyFile(`${image}.sig`, `${mountpoint}/image.raw.xz.sig`)
        return { args: ['--image-file', `${mountpoint}/image.raw.xz`] }
      }),
    needs: ['loop', 'mount'],
    asProcess: true,
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a drive on which the cache lies',
    make: (world) =>
      onMounted(world, async (mountpoint) => {
        // The catalog is cached there too, so the bytes of the drive are not compared.
        return { env: { XDG_CACHE_HOME: `${mountpoint}/cache` } }
      }),
    needs: ['loop', 'mount'],
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'a disk-image file in the cache',
    async make(world) {
      const cache = world.path('cache')
      await mkdir(`${cache}/kindling/images`, { recursive: true })
      const path = `${cache}/kindling/images/drive.img`
      await fillWithOldBytes(path, 8 * mib)
      return {
        args: [],
        env: { XDG_CACHE_HOME: cache },
        drive: { path },
        dispose: () => rm(cache, { recursive: true }),
      }
    },
    ...{ code: 'drive-holds-source', exit: 3, state: 'untouched' },
  },
  {
    what: 'an image for 512-byte sectors and a drive of 4096',
    make: () => onLoop({ size: 16 * mib, sectorSize: 4096 }, () => ({})),
    needs: ['loop'],
    ...{ code: 'drive-sector-size', exit: 3, state: 'untouched', details: { format: '4k.raw.xz' } },
  },
  {
    what: 'an image for 4096-byte sectors and a drive of 512',
    make: () => onLoop({ size: 16 * mib }, () => ({ args: ['-f', '4k.raw.xz'] })),
    needs: ['loop'],
    ...{ code: 'drive-sector-size', exit: 3, state: 'untouched', details: { format: 'raw.xz' } },
  },
  {
    what: 'a drive that serves as swap',
    make: () =>
      onLoop({ size: 32 * mib, partitions: [{ size: 16 * mib, fileSystem: 'swap' }] }, async (loop) => {
        await run('swapon', loop.partitions[0]!)
        return { drive: { path: loop.device, bytes: null } }
      }),
    needs: ['loop', 'swap'],
    ...{ code: 'drive-system', exit: 3, state: 'untouched', details: { reason: 'swap' } },
  },
]
