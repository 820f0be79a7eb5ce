import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Need } from '../run/needs.ts'

const root = resolve(import.meta.dirname, '../../..')

export type PackageKind = 'deb' | 'rpm' | 'tar.gz' | 'cli-deb' | 'cli-rpm' | 'cli-tar.gz'

/**
 * Builds a package from the current sources and copies it, with the other files of `dist/`, to
 * `directory`. Concurrent tests build one after another (flock), because they share `dist/` and the
 * unpacked app in it.
 * @param directory – the directory that receives the files
 * @param options – further options of `./dev package`
 * @returns the path of the package
 */
export function buildPackage(kind: PackageKind, directory: string, options: string[] = []): string {
  const script =
    'to=$1; shift; ./dev package "$@" && find dist -maxdepth 1 -type f -exec cp --preserve=timestamps {} "$to" ";"'
  const words = ['package.json', 'sh', '-c', script, 'sh', directory, '--only', kind, ...options]
  execFileSync('flock', words, { cwd: root, stdio: 'inherit' })
  const [, product, suffix] = /^(cli-)?(.+)$/.exec(kind)!
  const isWanted = (name: string) => name.endsWith(`.${suffix}`) && name.startsWith('kindling-cli') === Boolean(product)
  return join(directory, readdirSync(directory).find(isWanted)!)
}

/** Needs of a test that builds a package and inspects it. */
export const packagingNeeds = {
  deb: ['linux', 'command:dpkg-deb', 'command:git', 'command:flock'],
  rpm: ['linux', 'command:rpmbuild', 'command:rpm', 'command:git', 'command:flock'],
  'tar.gz': ['linux', 'command:tar', 'command:git', 'command:flock'],
} satisfies Record<string, Need[]>
