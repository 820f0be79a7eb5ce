import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Need } from './needs.ts'

const root = resolve(import.meta.dirname, '../..')

export type PackageKind = 'deb' | 'rpm' | 'tar.gz'

/**
 * A package of the sources as they are, with what lies beside it. Tests that go on at the same time make theirs one after another in
 * `dist/`, of one folder of the app, and take them away.
 * @param directory where it is put
 * @param options further ones of `./dev package`
 * @returns its path
 */
export function buildPackage(kind: PackageKind, directory: string, options: string[] = []): string {
  const script =
    'to=$1; shift; ./dev package "$@" && find dist -maxdepth 1 -type f -exec cp --preserve=timestamps {} "$to" ";"'
  const words = ['package.json', 'sh', '-c', script, 'sh', directory, '--only', kind, ...options]
  execFileSync('flock', words, { cwd: root, stdio: 'inherit' })
  return join(
    directory,
    readdirSync(directory).find((name) => name.endsWith(`.${kind}`))!,
  )
}

/** The needs of a test that makes a package and looks at it. */
export const packagingNeeds: Record<PackageKind, Need[]> = {
  deb: ['linux', 'command:dpkg-deb', 'command:git', 'command:flock'],
  rpm: ['linux', 'command:rpmbuild', 'command:rpm', 'command:git', 'command:flock'],
  'tar.gz': ['linux', 'command:tar', 'command:git', 'command:flock'],
}
