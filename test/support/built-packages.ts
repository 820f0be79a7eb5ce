import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hasTool } from './run-tool.ts'

const root = resolve(import.meta.dirname, '../..')

/** The deb of the sources as they are, in `dist/`. @param options further ones of `./dev package` */
export function buildDeb(options: string[] = []): string {
  execFileSync('./dev', ['package', '--only', 'deb', ...options], { cwd: root, stdio: 'inherit' })
  const name = readdirSync(join(root, 'dist')).find((each) => each.endsWith('.deb'))
  return join(root, 'dist', name!)
}

/** Null when a deb can be made and looked at here, else why not. */
export function canPackage(): string | null {
  if (process.platform !== 'linux') return 'needs Linux'
  const missing = ['dpkg-deb', 'git'].find((tool) => !hasTool(tool))
  return missing === undefined ? null : `needs ${missing}`
}
