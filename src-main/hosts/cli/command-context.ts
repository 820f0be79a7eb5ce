import { Option } from 'commander'
import type { Surface } from './command.ts'

/** Connects the commands to the process that runs them. */
export interface CommandContext {
  /** Returns the surface for a command, once its arguments are valid. */
  open(): Surface
  /** Receives the exit code. */
  finish(code: number): void
}

export const jsonOption = (): Option => new Option('--json', 'one JSON object a line on stdout, nothing on stderr')

/** @param more – added to the description */
export const driveOption = (more = ''): Option =>
  new Option(
    '--drive <DRIVE>',
    `a block device, a /dev/disk/by-* name, or a disk-image file${more}`,
  ).makeOptionMandatory()

/** Parser of an option that may be given several times. */
export const collect = (value: string, others: string[] = []): string[] => [...others, value]
