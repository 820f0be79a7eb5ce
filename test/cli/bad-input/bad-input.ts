import { readFile } from 'node:fs/promises'
import type { FailureCode } from '../../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../../src-shared/failure.ts'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { CliWorld } from '../../support/worlds/cli-world.ts'
import type { Need } from '../../support/needs.ts'

/** One row of the table: something that is wrong, and what `kindling write` must make of it. */
export interface BadInput {
  what: string
  /** Makes it; answers the arguments, or those and more. A row without a drive of its own gets a disk-image file. */
  make(world: CliWorld): Promise<string[] | Made>
  code: FailureCode
  exit: 1 | 2 | 3 | 4
  state: DriveState
  details?: FailureDetails
  /** The command line runs as a process of its own, as it was built; else in the process of the test. */
  asProcess?: true
  /** Its needs of the machine. */
  needs?: Need[]
}

export interface Made {
  args: string[]
  env?: Record<string, string>
  drive?: {
    path: string
    /** Whose bytes shall be as the state says; the path unless told otherwise, null for none. */
    bytes?: string | null
  }
  dispose?(): Promise<void>
}

/** What a drive holds, whatever it is. */
export const readWhole = (path: string): Promise<Buffer> => readFile(path)

/** By default what is damaged comes late: the image's first MiB, in a block of its own, is sound. */
export function flipBit(bytes: Buffer, at = Math.floor(bytes.length * 0.9)): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[at]! ^= 0x10
  return flipped
}

export const cutOff = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.9))
export const withTail = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from('and a little more\n')])
