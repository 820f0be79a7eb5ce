import { spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { lacking } from '../run/needs.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

export interface CleanDebian {
  /** Returns the path of a file of this Debian as seen from outside. */
  file(path: string): string
  /**
   * Returns the command line that runs a program as root inside. Its processes and mounts are
   * private, so nothing is left when the program ends.
   */
  command(program: string[]): string[]
  /**
   * Runs a shell script inside.
   * @returns its stdout
   * @throws Error with its whole output if it fails
   */
  run(script: string, ...args: string[]): string
  dispose(): Promise<void>
}

/** Returns null if a Debian can be made here, otherwise the reason for skipping a test. */
export const canMakeDebian = (): string | null => lacking('mount', 'chroot', 'command:debootstrap')

/**
 * Makes the smallest possible Debian in a temporary directory. It uses the network of this machine.
 * Downloaded packages are cached outside of it for the next one.
 */
export async function makeCleanDebian(suite = 'bookworm'): Promise<CleanDebian> {
  const place = await makeTemporaryDirectory('kindling-debian-')
  const kept = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kindling-dev', `debian-${suite}`)
  await mkdir(join(kept, 'partial'), { recursive: true })
  const tree = place.file('tree')
  const mirror = 'http://deb.debian.org/debian'
  check('unshare', ['--mount', 'debootstrap', '--variant=minbase', `--cache-dir=${kept}`, suite, tree, mirror])
  // No service may start inside.
  await writeFile(join(tree, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n')
  await chmod(join(tree, 'usr/sbin/policy-rc.d'), 0o755)
  const enter = place.file('enter.sh')
  await writeFile(
    enter,
    [
      'set -e',
      'tree=$1; kept=$2; shift 2',
      'mount -t proc proc "$tree/proc"',
      'mount --rbind /sys "$tree/sys"',
      'mount --rbind /dev "$tree/dev"',
      'mount -t tmpfs none "$tree/run"',
      'mount -t tmpfs none "$tree/tmp"',
      'chmod 1777 "$tree/tmp"',
      'mount --bind "$kept" "$tree/var/cache/apt/archives"',
      'cp /etc/resolv.conf "$tree/etc/resolv.conf"',
      'exec chroot "$tree" "$@"',
    ].join('\n'),
  )
  const command = (program: string[]) => [
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', enter, tree, kept],
    ...program,
  ]
  return {
    file: (path) => join(tree, path),
    command,
    run(script, ...args) {
      const [file, ...words] = command(['sh', '-ec', script, 'sh', ...args])
      return check(file!, words)
    },
    dispose: () => place.dispose(),
  }
}

/** Timeout in milliseconds, so that a hanging command ends. */
const timeout = 20 * 60_000

function check(file: string, args: string[]): string {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
  const proxies = Object.fromEntries(Object.entries(process.env).filter(([name]) => /_proxy$/i.test(name)))
  const options = { encoding: 'utf8', env: { ...proxies, ...env }, maxBuffer: 64 * 1024 * 1024, timeout } as const
  const { status, stdout, stderr, error } = spawnSync(file, args, options)
  if (error) throw error
  if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stdout}${stderr}`)
  return stdout
}
