import type { Hint } from '../../src-shared/identification.ts'
import { plain } from '../../src-shared/plain.ts'
import { findRelease } from '../../src-shared/release-number.ts'
import { isIso } from '../image/decode/detect-kind.ts'
import { attempt } from './attempt.ts'
import { openExt4, type Ext4 } from './ext4.ts'
import { readPartitionTable, type Partition, type PartitionTable } from './partition-table.ts'
import { kindOf } from './partition-kind.ts'
import { placeholderDiskGuid } from './placeholder-disk-guid.ts'
import { readWithin, type ReadAt } from './read-at.ts'
import { readMbr } from './read-mbr.ts'

/**
 * Maximum numbers of partitions and boot entries that are reported, and of characters in a name.
 */
const [mostNames, mostEntries, mostCharacters] = [16, 4, 200]
/** Folders that the first boot reads: the config, and connections of NetworkManager. */
const firstBootFolders = ['ignition', 'coreos-firstboot-network']

/**
 * Reads hints about a drive's content from its own structures, without mounting anything. An
 * unreadable structure gives no hint.
 * @param sectorSize – size of the drive's logical sectors, in bytes
 * @throws the errors of the target, except for unreadable sectors
 */
export async function readHints(read: ReadAt, sectorSize = 512): Promise<Hint[]> {
  const [iso, table] = [await attempt(readIso(read)), await attempt(readPartitionTable(read))]
  const hints: Hint[] = iso === null ? [] : [iso]
  if (table !== null && table.partitions.length > 0) {
    const partitions = describePartitions(table)
    hints.push(partitions)
    const boot = table.partitions.find(({ name }) => name === 'boot')
    if (partitions.coreos && boot) hints.push(...((await attempt(readBoot(read, boot))) ?? []))
  } else {
    const partitions = (await attempt(readMbr(read, sectorSize))) ?? []
    const unlike = { coreos: false, architecture: null, booted: null }
    if (partitions.length > 0)
      hints.push({ hint: 'partitions', table: 'MBR', sectorSize, ...listPartitions(partitions), ...unlike })
  }
  return hints
}

/**
 * Reads the label of an ISO image. ECMA-119: the primary volume descriptor is in the 17th sector of
 * 2048 bytes, its volume identifier at byte 40.
 */
async function readIso(read: ReadAt): Promise<Hint | null> {
  const head = await read(0, 34 * 1024)
  if (!isIso(head)) return null
  const volumeId = shorten(head.toString('latin1', 32768 + 40, 32768 + 72).trimEnd())
  return { hint: 'iso', volumeId, ...releaseIn(volumeId) }
}

function describePartitions({
  sectorSize,
  diskGuid,
  partitions,
}: PartitionTable): Extract<Hint, { hint: 'partitions' }> {
  const nameOf = (number: number) => partitions.find((partition) => partition.number === number)?.name
  const coreos = nameOf(3) === 'boot' && nameOf(4) === 'root'
  const first = nameOf(1)
  return {
    hint: 'partitions',
    table: 'GPT',
    sectorSize,
    ...listPartitions(partitions),
    coreos,
    architecture: coreos ? architectureOf(first) : null,
    booted: coreos ? diskGuid !== placeholderDiskGuid : null,
  }
}

const listPartitions = (partitions: Partition[]) => ({
  count: partitions.length,
  partitions: partitions
    .slice(0, mostNames)
    .map(({ name, type, start, end }) => ({ name: shorten(name), kind: kindOf(type), size: end - start })),
})

/** Derives the architecture from the first partition, which depends on the machine's firmware. */
function architectureOf(first: string | undefined): string | null {
  if (first === undefined) return 's390x'
  if (first === 'BIOS-BOOT') return 'x86_64'
  if (first === 'reserved') return 'aarch64'
  return /prep/i.test(first) ? 'ppc64le' : null
}

async function readBoot(read: ReadAt, boot: Partition): Promise<Hint[]> {
  const files = await openExt4(readWithin(read, boot))
  return files === null ? [] : [...(await readBootEntries(files)), ...(await readFirstBoot(files))]
}

/**
 * Reads the boot loader entries that ostree wrote.
 * https://uapi-group.org/specifications/specs/boot_loader_specification/
 */
async function readBootEntries(files: Ext4): Promise<Hint[]> {
  const directory = 'loader/entries'
  const names = ((await files.list(directory)) ?? []).filter((name) => name.endsWith('.conf')).slice(0, mostEntries)
  const hints: Hint[] = []
  for (const name of names) {
    const entry = (await files.read(`${directory}/${name}`))?.toString('utf8') ?? ''
    const title = /^title[ \t]+(.+)$/m.exec(entry)?.[1]
    if (title !== undefined)
      hints.push({ hint: 'boot-entry', title: shorten(title), ...releaseIn(title), platform: findPlatform(entry) })
  }
  return hints
}

/** Finds the files that the first boot reads. It removes them, with `ignition.firstboot`. */
async function readFirstBoot(files: Ext4): Promise<Hint[]> {
  const found: string[] = []
  for (const folder of firstBootFolders)
    for (const name of (await files.list(folder)) ?? [])
      if (name !== '.' && name !== '..') found.push(shorten(`${folder}/${name}`))
  return found.length === 0 ? [] : [{ hint: 'first-boot', files: found.slice(0, mostNames) }]
}

/**
 * Finds the platform in the kernel arguments, from which Ignition also reads it.
 * https://coreos.github.io/ignition/supported-platforms/
 */
function findPlatform(entry: string): string | null {
  return /^options[ \t].*?\bignition\.platform\.id=([\w-]{1,40})(?:\s|$)/m.exec(entry)?.[1] ?? null
}

const shorten = (text: string) => plain(text, mostCharacters)

function releaseIn(text: string): { release: string | null; stream: string | null } {
  const found = findRelease(text)
  return { release: found?.text ?? null, stream: found?.stream ?? null }
}
