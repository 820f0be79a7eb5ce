import { readFile } from 'node:fs/promises'
import { unescapeOctal } from './unescape-octal.ts'

export interface Mount {
  id: number
  /** The `id` of the parent mount, which this mount is on. */
  parent: number
  /**
   * Major and minor number, `8:17`; `0:…` for file systems without a single device (btrfs, overlay,
   * tmpfs).
   */
  number: string
  /**
   * The directory of the file system that is mounted: `/`, or another directory for a bind mount or
   * a subvolume.
   */
  root: string
  mountpoint: string
  fileSystem: string
  source: string
  /** Mount options of the file system itself, not of the mount point. */
  options: string
}

/** Parses /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const fields = line.split(' ')
      // A single dash ends the optional fields.
      const dash = fields.indexOf('-', 6)
      const field = (index: number) => unescapeOctal(fields[index] ?? '')
      return {
        id: Number(field(0)),
        parent: Number(field(1)),
        number: field(2),
        root: field(3),
        mountpoint: field(4),
        fileSystem: field(dash + 1),
        source: field(dash + 2),
        options: field(dash + 3),
      }
    })
}

export const readMounts = async (): Promise<Mount[]> => parseMounts(await readFile('/proc/self/mountinfo', 'utf8'))
