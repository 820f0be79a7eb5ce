import { z } from 'zod'
import { runTool } from '../run-tool.ts'

/** A block device with everything that stands on it: partitions, mappings, arrays, at any depth. */
export interface BlockDevice {
  /** `/dev/sda2`, `/dev/mapper/root` */
  device: string
  /** Major and minor number, `8:2`. */
  number: string
  /** lsblk's word: disk, part, loop, rom, crypt, lvm, raid1, … */
  type: string
  /** Bytes. */
  size: number
  sectorSize: number
  readOnly: boolean
  /** The medium or the device can be taken out, or there is none: it is made of memory or of another machine's bytes. */
  removable: boolean
  vendor: string | null
  model: string | null
  serial: string | null
  wwn: string | null
  bus: string | null
  label: string | null
  fileSystem: string | null
  /** Absolute paths, or `[SWAP]`. */
  mountpoints: string[]
  children: BlockDevice[]
}

// util-linux before 2.33 writes numbers and booleans as strings, before 2.37 one mount point instead of a list.
const number = z.coerce.number()
const flag = z.union([z.boolean(), z.number(), z.string()]).transform((value) => value === true || Number(value) === 1)
const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || null)

const node: z.ZodType<BlockDevice> = z
  .object({
    name: z.string(),
    'maj:min': z.string().transform((value) => value.trim()),
    type: z.string(),
    size: number.nullable().transform((value) => value ?? 0),
    'log-sec': number.nullish().transform((value) => value || 512),
    ro: flag,
    rm: flag,
    hotplug: flag.optional(),
    vendor: text,
    model: text,
    serial: text,
    wwn: text,
    tran: text,
    subsystems: text,
    label: text,
    partlabel: text,
    fstype: text,
    mountpoint: text,
    mountpoints: z.array(z.string().nullable()).optional(),
    children: z.lazy(() => z.array(node)).optional(),
  })
  .transform((raw): BlockDevice => ({
    device: raw.name,
    number: raw['maj:min'],
    type: raw.type,
    size: raw.size,
    sectorSize: raw['log-sec'],
    readOnly: raw.ro,
    removable: raw.rm || raw.hotplug === true || raw.subsystems === 'block',
    vendor: raw.vendor,
    model: raw.model,
    serial: raw.serial,
    wwn: raw.wwn,
    bus: raw.tran,
    label: raw.label ?? raw.partlabel,
    fileSystem: raw.fstype,
    mountpoints: (raw.mountpoints ?? [raw.mountpoint]).filter((path) => path !== null),
    children: raw.children ?? [],
  }))

/** Parses what `lsblk --json --bytes --output-all --paths` prints. @throws ZodError, SyntaxError */
export const parseBlockTree = (json: string): BlockDevice[] =>
  z.object({ blockdevices: z.array(node) }).parse(JSON.parse(json)).blockdevices

/** Every block device of the machine, from the bottom up. Empty ones have size 0. */
export const readBlockTree = async (): Promise<BlockDevice[]> =>
  parseBlockTree(await runTool('lsblk', '--all', '--json', '--bytes', '--output-all', '--paths'))

/** A device and all that stands on it, each once (an array stands on each of its members), lowest first. */
export function flatten(device: BlockDevice): BlockDevice[] {
  const all = [device, ...device.children.flatMap(flatten)]
  return all.filter(({ number }, index) => all.findIndex((other) => other.number === number) === index)
}
