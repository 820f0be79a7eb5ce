import { isUtf8 } from 'node:buffer'
import { basename } from 'node:path/posix'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { attempt } from '../identify/attempt.ts'
import { openExt4, type Ext4 } from '../identify/ext4.ts'
import { readPartitionTable, type Partition } from '../identify/partition-table.ts'
import { readWithin, type ReadAt } from '../identify/read-at.ts'
import { changeExt4, writeFile } from './change-ext4.ts'
import type { Edit } from './edit.ts'
import { editBootEntry } from './edit-boot-entry.ts'
import { editGrubConsole, grubCommandsOf } from './edit-grub-console.ts'
import type { KargChanges } from './edit-kargs.ts'
import type { FirstBoot } from './first-boot.ts'
import { OverlayDisk } from './overlay-disk.ts'
import { readPlatforms } from './read-platforms.ts'
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
/** Files of GRUB that may have its consoles; the first one that exists has them. */
const grubConfigs = ['grub2/console.cfg', 'grub2/grub.cfg']
/** Maximum size in bytes of a file that is edited. A usual boot loader entry has 450. */
const mostEdited = 64 * 1024

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
export async function requireMetal(read: ReadAt, firstBoot: FirstBoot): Promise<void> {
  await findBootPartition(read)
  const table = (await readPartitionTable(read))!
  // Every other architecture has a partition for its firmware before these two.
  const isS390x = !table.partitions.some(({ number }) => number === 1)
  const { appendKargs, deleteKargs, consoles, platform, firstbootArgs } = firstBoot
  const changesBoot = appendKargs.length + deleteKargs.length + consoles.length > 0
  if (isS390x && (changesBoot || platform !== null || firstbootArgs !== null)) throw refuse(say('kargs-of-s390x'))
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
  const edited = await planBootFiles(before, firstBoot)
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
    for (const { path, bytes } of edited) await writeFile(files, path, bytes, 'w')
  })

  const requireDone = async (readNow: ReadAt) => {
    const after = await openExt4(readNow)
    for (const { path, bytes, mode } of [...created, ...edited]) {
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
 * Returns the files of the boot loader with their new contents. The order of the changes to the
 * kernel arguments is that of coreos-installer: platform, consoles, then those that the user named.
 * @throws first-boot-unsupported
 */
async function planBootFiles(files: Ext4, firstBoot: FirstBoot): Promise<WantedFile[]> {
  const { appendKargs, deleteKargs, consoles, platform, firstbootArgs } = firstBoot
  const changes: KargChanges[] = []
  const edited: WantedFile[] = []
  if (platform !== null) changes.push({ replace: [`ignition.platform.id=metal=${platform}`] })
  if (platform !== null || consoles.length > 0) {
    const findPlatform = readPlatforms(await files.read('coreos/platforms.json', mostEdited))
    if (findPlatform === null) throw refuse(say('platforms-strange'))
    const metal = findPlatform('metal')
    // Consoles override those of the platform.
    const { kernel_arguments: append, grub_commands: commands } =
      consoles.length === 0
        ? findPlatform(platform!)
        : { kernel_arguments: consoles.map(({ karg }) => `console=${karg}`), grub_commands: grubCommandsOf(consoles) }
    changes.push({ delete: metal.kernel_arguments, append })
    if (commands.join('\n') !== metal.grub_commands.join('\n')) edited.push(await planGrub(files, commands))
  }
  changes.push({ append: appendKargs, delete: deleteKargs })
  if (changes.length > 1 || appendKargs.length + deleteKargs.length > 0)
    edited.push(await planBootEntry(files, changes, platform !== null))
  if (firstbootArgs !== null) {
    const add = (text: string) => `${text}set ignition_network_kcmdline="${firstbootArgs}"\n`
    edited.push(await edit(files, `/${stamp}`, add, say('boot-without-stamp')))
  }
  return edited
}

/** Returns the boot loader entry whose name sorts last, with its new kernel arguments. */
async function planBootEntry(files: Ext4, changes: KargChanges[], needsMetal: boolean): Promise<WantedFile> {
  const names = (await files.list(entriesFolder)) ?? []
  const name = names
    .filter((each) => each.endsWith('.conf'))
    .toSorted()
    .at(-1)
  const change = (entry: string) => {
    if (needsMetal && !/^options (?:.* )?ignition\.platform\.id=metal(?: |$)/m.test(entry))
      throw refuse(say('boot-entry-not-metal'))
    return editBootEntry(entry, ...changes)
  }
  return edit(files, `/${entriesFolder}/${name}`, change, say('boot-entry-strange'))
}

/** Returns the file of GRUB's consoles with other commands. */
async function planGrub(files: Ext4, commands: string[]): Promise<WantedFile> {
  const names = (await files.list('grub2')) ?? []
  const path = grubConfigs.find((each) => names.includes(basename(each))) ?? grubConfigs[0]!
  return edit(files, `/${path}`, (config) => editGrubConsole(config, commands), say('grub-without-markers'))
}

/**
 * Returns a text file with a change.
 * @param change – returns null if the text is not as expected
 * @throws first-boot-unsupported for this reason
 */
async function edit(
  files: Ext4,
  path: string,
  change: (text: string) => string | null,
  reason: Said,
): Promise<WantedFile> {
  const [bytes, mode] = [await files.read(path, mostEdited), await files.mode(path)]
  const isWhole = bytes !== null && bytes.length < mostEdited && isUtf8(bytes)
  const changed = isWhole ? change(bytes.toString()) : null
  if (changed === null || mode === null) throw refuse(reason)
  return { path, bytes: Buffer.from(changed), mode }
}

const refuse = (reason: Said) => new KindlingError('first-boot-unsupported', { reason })
