import { readFile } from 'node:fs/promises'
import type { FailureCode } from '../../../src-shared/failure-catalog.ts'
import type { FailureDetails } from '../../../src-shared/failure.ts'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { CliWorld } from '../../support/worlds/cli-world.ts'
import type { Need } from '../../support/run/needs.ts'

/** One row of the table: a bad input, and the required outcome of `kindling write`. */
export interface BadInput {
  what: string
  /**
   * Creates the input and returns the arguments, alone or with more. A row that provides no drive
   * gets a disk-image file.
   */
  make(world: CliWorld): Promise<string[] | Made>
  code: FailureCode
  exit: 1 | 2 | 3 | 4
  state: DriveState
  details?: FailureDetails
  /**
   * Whether the built command line runs as a separate process. By default it runs in the test's
   * process.
   */
  asProcess?: true
  /** Capabilities of the machine that the row needs. */
  needs?: Need[]
}

export interface Made {
  args: string[]
  env?: Record<string, string>
  drive?: {
    path: string
    /**
     * The file to compare with the expected drive state. Defaults to the path; null skips the
     * check.
     */
    bytes?: string | null
  }
  dispose?(): Promise<void>
}

/** Returns the contents of a drive of any kind. */
export const readWhole = (path: string): Promise<Buffer> => readFile(path)

/**
 * Flips a bit. By default it is late in the data, so that the image's first MiB, in its own block,
 * stays intact.
 */
export function flipBit(bytes: Buffer, at = Math.floor(bytes.length * 0.9)): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[at]! ^= 0x10
  return flipped
}

export const cutOff = (bytes: Buffer): Buffer => bytes.subarray(0, Math.floor(bytes.length * 0.9))
export const withTail = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.from('and a little more\n')])
