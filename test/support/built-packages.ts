import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hasTool } from './run-tool.ts'

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

/** Null when a package can be made and looked at here, else why not. */
export function canPackage(kind: PackageKind): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  const tools = { deb: ['dpkg-deb'], rpm: ['rpmbuild', 'rpm'], 'tar.gz': ['tar'] }[kind]
  const missing = [...tools, 'git', 'flock'].find((tool) => !hasTool(tool))
  return missing === undefined ? null : `needs ${missing}`
}
