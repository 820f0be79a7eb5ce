import { isUtf8 } from 'node:buffer'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { attempt } from '../identify/attempt.ts'
import { openExt4, type Ext4 } from '../identify/ext4.ts'
import { readPartitionTable, type Partition } from '../identify/partition-table.ts'
import { readWithin, type ReadAt } from '../identify/read-at.ts'
import { changeExt4, writeFile } from './change-ext4.ts'
import type { Edit } from './edit.ts'
import { editBootEntry } from './edit-boot-entry.ts'
import type { FirstBoot } from './first-boot.ts'
import { OverlayDisk } from './overlay-disk.ts'
import { requireEditableExt4 } from './require-editable-ext4.ts'

/** A file of the boot file system as it shall be. */
interface WantedFile {
  path: string
  bytes: Buffer
  mode: number
}

export interface Plan {
  edits: Edit[]
  /**
   * Walks to each changed file by Kindling's own reader, which shares no code with the one that
   * planned, and compares its bytes and mode.
   * @throws first-boot-differs, the errors of `read`
   */
  requireDone(read: ReadAt): Promise<void>
}

/** Paths that Fedora CoreOS reads at its first boot (`src/install.rs` of coreos-installer). */
const [ignitionFolder, networkFolder, stamp, entriesFolder] = [
  'ignition',
  'coreos-firstboot-network',
  'ignition.firstboot',
  'loader/entries',
]
/** Maximum size of a boot loader entry in bytes; a usual one has 450. */
const mostEntry = 64 * 1024

/**
 * Finds the boot partition of a metal image by its name, which is the same on every architecture.
 * @throws first-boot-unsupported, the errors of `read`
 */
export async function findBootPartition(read: ReadAt): Promise<Partition> {
  const table = await attempt(readPartitionTable(read))
  const found = table?.partitions.filter(({ name }) => name === 'boot') ?? []
  if (found.length !== 1) throw refuse(say(found.length === 0 ? 'boot-missing' : 'boot-twice'))
  return found[0]!
}

/**
 * Checks, from the first MiB of an image, what can be known before the drive is touched.
 * @throws first-boot-unsupported, usage
 */
export async function requireMetal(read: ReadAt, { appendKargs, deleteKargs }: FirstBoot): Promise<void> {
  await findBootPartition(read)
  const table = (await readPartitionTable(read))!
  // Every other architecture has a partition for its firmware before these two.
  const isS390x = !table.partitions.some(({ number }) => number === 1)
  if (isS390x && appendKargs.length + deleteKargs.length > 0) throw refuse(say('kargs-of-s390x'))
}

/**
 * Plans the first boot of a metal image. It changes the boot file system in memory, and checks the
 * result there.
 * @param read – reads the proved image
 * @throws first-boot-unsupported, first-boot-no-room, first-boot-differs, the errors of `read`
 */
export async function planMetal(read: ReadAt, firstBoot: FirstBoot): Promise<Plan> {
  const boot = await findBootPartition(read)
  const readBoot = readWithin(read, boot)
  const before = await requireEditableExt4(readBoot, boot.end - boot.start)
  const root = (await before.list('/')) ?? []
  if ((await before.read(stamp)) === null) throw refuse(say('boot-without-stamp'))
  if (root.includes(ignitionFolder) || root.includes(networkFolder)) throw refuse(say('boot-set-up'))

  const { config, keyfiles } = firstBoot
  const created: WantedFile[] = [
    ...(config === null ? [] : [{ path: `/${ignitionFolder}/config.ign`, bytes: config, mode: 0o600 }]),
    ...keyfiles.map(({ name, bytes }) => ({ path: `/${networkFolder}/${name}`, bytes, mode: 0o600 })),
  ]
  const entry = await planBootEntry(before, firstBoot)
  const folders: { path: string; mode: number }[] = [
    ...(config === null ? [] : [{ path: `/${ignitionFolder}`, mode: 0o700 }]),
    ...(keyfiles.length === 0 ? [] : [{ path: `/${networkFolder}`, mode: 0o755 }]),
  ]

  const overlay = new OverlayDisk(readBoot)
  await changeExt4(overlay, async (files) => {
    for (const { path, mode } of folders) {
      await files.mkdir(path)
      await files.chmod(path, mode)
    }
    for (const { path, bytes, mode } of created) {
      await writeFile(files, path, bytes, 'wx')
      await files.chmod(path, mode)
    }
    if (entry !== null) await writeFile(files, entry.path, entry.bytes, 'w')
  })

  const requireDone = async (readNow: ReadAt) => {
    const after = await openExt4(readNow)
    for (const { path, bytes, mode } of [...created, ...(entry === null ? [] : [entry])]) {
      const found = await after?.read(path, bytes.length + 1)
      if (!found?.equals(bytes) || (await after!.mode(path)) !== mode)
        throw new KindlingError('first-boot-differs', { path })
    }
    for (const { path, mode } of folders)
      if ((await after?.mode(path)) !== mode) throw new KindlingError('first-boot-differs', { path })
  }
  await requireDone(overlay.readAt)
  const edits = await overlay.edits()
  return {
    edits: edits.map((edit) => ({ ...edit, offset: boot.start + edit.offset })),
    requireDone: (readNow) => requireDone(readWithin(readNow, boot)),
  }
}

/**
 * Returns the boot loader entry with its new kernel arguments: the one whose name sorts last. Null
 * if the arguments stay as they are.
 * @throws first-boot-unsupported
 */
async function planBootEntry(files: Ext4, { appendKargs, deleteKargs }: FirstBoot): Promise<WantedFile | null> {
  if (appendKargs.length + deleteKargs.length === 0) return null
  const names = (await files.list(entriesFolder)) ?? []
  const name = names
    .filter((each) => each.endsWith('.conf'))
    .toSorted()
    .at(-1)
  const path = `/${entriesFolder}/${name}`
  const [entry, mode] = [await files.read(path, mostEntry), await files.mode(path)]
  const isWhole = entry !== null && entry.length < mostEntry && isUtf8(entry)
  const edited = isWhole ? editBootEntry(entry.toString(), { append: appendKargs, delete: deleteKargs }) : null
  if (edited === null || mode === null) throw refuse(say('boot-entry-strange'))
  return { path, bytes: Buffer.from(edited), mode }
}

const refuse = (reason: string) => new KindlingError('first-boot-unsupported', { reason })
