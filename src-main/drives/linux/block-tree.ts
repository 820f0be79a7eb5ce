import { z } from 'zod'
import { runTool } from '../run-tool.ts'

/** A block device with everything on it: partitions, mappings and arrays, at any depth. */
export interface BlockDevice {
  /** `/dev/sda2`, `/dev/mapper/root` */
  device: string
  /** Major and minor number, `8:2`. */
  number: string
  /** Type in lsblk's words: disk, part, loop, rom, crypt, lvm, raid1, … */
  type: string
  /** Size in bytes. */
  size: number
  sectorSize: number
  readOnly: boolean
  /**
   * True if the medium or the device can be removed. Also true for devices without hardware, which
   * are in memory or on another machine.
   */
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

// util-linux before 2.33 writes numbers and booleans as strings. Before 2.37 it writes one mount
// point instead of a list.
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

/**
 * Parses the output of `lsblk --json --bytes --output-all --paths`.
 * @throws ZodError, SyntaxError
 */
export const parseBlockTree = (json: string): BlockDevice[] =>
  z.object({ blockdevices: z.array(node) }).parse(JSON.parse(json)).blockdevices

/**
 * Returns every block device of the machine, each with the devices on it. Empty devices have size
 * 0.
 */
export const readBlockTree = async (): Promise<BlockDevice[]> => parseBlockTree(await runLsblk())

/**
 * Returns the same, and the names of those that drivelist lists as drives. One run of lsblk answers
 * both.
 */
export async function readBlockTreeAndDrives(): Promise<{ tree: BlockDevice[]; drives: Set<string> }> {
  const [{ parse }, text] = await Promise.all([import('drivelist/js/lsblk/json.js'), runLsblk()])
  return { tree: parseBlockTree(text), drives: new Set(parse(text).map(({ device }) => device)) }
}

/** Runs lsblk as drivelist does. */
const runLsblk = () => runTool('lsblk', '--all', '--json', '--bytes', '--output-all', '--paths')

/**
 * Returns a device and everything on it, lowest first. Each device appears once, even an array,
 * which is on each of its members.
 */
export function flatten(device: BlockDevice): BlockDevice[] {
  const all = [device, ...device.children.flatMap(flatten)]
  return all.filter(({ number }, index) => all.findIndex((other) => other.number === number) === index)
}
