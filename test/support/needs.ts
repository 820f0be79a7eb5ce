import { describe, test, type TestContext } from 'vitest'
import { hasCommand } from './has-command.ts'

/** Abilities of the machine that a run tries once, in `capabilities.ts`. */
export const capabilities = [
  /** Loop devices with partitions and direct I/O. */
  'loop',
  'zram',
  /** Mounts, also in a mount namespace of the test's own. */
  'mount',
  'swap',
  /** A block device whose every request a test answers: FUSE below a loop device. */
  'fuse',
  /** Limits of a drive's speed by control groups. */
  'throttle',
  /** Direct I/O on files of the temporary folder. */
  'direct-io',
  /** An address of a public network on the loopback device. */
  'public-address',
  'window',
  /** Programs that run as another user. */
  'other-user',
  'chroot',
  /** Elevation by the real sudo, with rules of the test's own. */
  'sudo',
  /** Elevation by the real polkit, with rules of the test's own. */
  'pkexec',
] as const
export type Capability = (typeof capabilities)[number]

/** A capability, the operating system, or a program that is looked for in PATH. */
export type Need = Capability | 'linux' | `command:${string}`

/** The environment variable that brings the result of each trial to the processes of a run. */
export const trialsVariable = 'KINDLING_TEST_TRIALS'
/** For each capability null, or the reason why the machine lacks it. */
export type Trials = Record<Capability, string | null>

/**
 * The first of these needs that the machine does not meet, as the reason of a skipped test; null
 * when it meets all.
 */
export function lacking(...needs: Need[]): string | null {
  for (const need of needs) {
    const reason = reasonAgainst(need)
    if (reason !== null) return `needs ${need.replace('command:', '')}${reason === '' ? '' : `: ${reason}`}`
  }
  return null
}

function reasonAgainst(need: Need): string | null {
  if (need === 'linux') return process.platform === 'linux' ? null : ''
  if (need.startsWith('command:')) return hasCommand(need.slice('command:'.length)) ? null : ''
  const trials = process.env[trialsVariable]
  if (trials === undefined) return 'the quick tier tries nothing'
  return (JSON.parse(trials) as Trials)[need as Capability]
}

/** A suite that is skipped, with the reason in its name, where the machine lacks something. */
export function describeWith(needs: Need[], name: string, body: () => void): void {
  const reason = lacking(...needs)
  if (reason === null) describe(name, body)
  else describe.skip(`${name} (skipped: ${reason})`, body)
}

/**
 * A test that is skipped, with the reason in its name, where the machine lacks something.
 * @param timeout – milliseconds
 */
export function testWith(needs: Need[], name: string, body: (context: TestContext) => unknown, timeout?: number): void {
  const reason = lacking(...needs)
  if (reason === null) test(name, body as never, timeout)
  else test.skip(`${name} (skipped: ${reason})`, body as never)
}
