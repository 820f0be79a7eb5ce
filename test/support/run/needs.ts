import { existsSync } from 'node:fs'
import { describe, test, type TestContext } from 'vitest'
import { hasCommand } from './has-command.ts'

/** Capabilities of the machine that a run tries once, in `capabilities.ts`. */
export const capabilities = [
  /** Loop devices with partitions and direct I/O. */
  'loop',
  'zram',
  /** Mounts, also in a private mount namespace. */
  'mount',
  /** Mounts of these file systems by the kernel. */
  'vfat',
  'exfat',
  'swap',
  /** A block device whose every request is answered by a test: FUSE below a loop device. */
  'fuse',
  /** Limits on a drive's speed through control groups. */
  'throttle',
  /** Direct I/O on files in the temporary folder. */
  'direct-io',
  /** An address of a public network on the loopback device. */
  'public-address',
  /** A network of its own, in which a virtual machine starts by dnsmasq and iPXE. */
  'network-boot',
  /** A virtual machine that starts from a drive, with GRUB and a kernel of Debian. */
  'machine',
  'window',
  /** Debian's Chromium, which the built page is opened in. */
  'chromium',
  /** Programs that run as another user. */
  'other-user',
  /** User namespaces for an ordinary user. */
  'user-namespaces',
  'chroot',
  /** Elevation by the real sudo, with the test's own rules. */
  'sudo',
  /** Elevation by the real polkit, with the test's own rules. */
  'pkexec',
] as const
export type Capability = (typeof capabilities)[number]

/** A capability, the operating system, a program to be found in PATH, or a file. */
export type Need = Capability | 'linux' | `command:${string}` | `file:${string}`

/** Environment variable that passes the results of all trials to the processes of a run. */
export const trialsVariable = 'KINDLING_TEST_TRIALS'
/** For each capability, null or the reason why the machine lacks it. */
export type Trials = Record<Capability, string | null>

/**
 * Returns the first need that the machine does not meet, as the reason for skipping a test. Returns
 * null if the machine meets all needs.
 */
export function lacking(...needs: Need[]): string | null {
  for (const need of needs) {
    const reason = reasonAgainst(need)
    if (reason !== null) return `needs ${need.replace(/^(?:command|file):/, '')}${reason === '' ? '' : `: ${reason}`}`
  }
  return null
}

function reasonAgainst(need: Need): string | null {
  if (need === 'linux') return process.platform === 'linux' ? null : ''
  if (need.startsWith('command:')) return hasCommand(need.slice('command:'.length)) ? null : ''
  if (need.startsWith('file:')) return existsSync(need.slice('file:'.length)) ? null : ''
  const trials = process.env[trialsVariable]
  if (trials === undefined) return 'the quick tier tries nothing'
  return (JSON.parse(trials) as Trials)[need as Capability]
}

/**
 * Defines a suite. It is skipped, with the reason in its name, if the machine lacks one of the
 * needs.
 */
export function describeWith(needs: Need[], name: string, body: () => void): void {
  const reason = lacking(...needs)
  if (reason === null) describe(name, body)
  else describe.skip(`${name} (skipped: ${reason})`, body)
}

/**
 * Defines a test. It is skipped, with the reason in its name, if the machine lacks one of the
 * needs.
 * @param timeout – in milliseconds
 */
export function testWith(needs: Need[], name: string, body: (context: TestContext) => unknown, timeout?: number): void {
  const reason = lacking(...needs)
  if (reason === null) test(name, body as never, timeout)
  else test.skip(`${name} (skipped: ${reason})`, body as never)
}
