import { execFileSync } from 'node:child_process'
import { packagedCommit } from '../../files/packaged.ts'

/** Returns the version for a bug report: `0.1.0 (commit …, Electron 45.4.1)`. */
export function nameBuild(version: string): string {
  const { electron, node } = process.versions
  const runtime = electron === undefined ? `Node ${node}` : `Electron ${electron}`
  return `${version} (commit ${packagedCommit() ?? commitOfSources()}, ${runtime})`
}

/** Returns the commit when running from the sources. A package has its commit recorded. */
function commitOfSources(): string {
  try {
    const git = ['describe', '--always', '--abbrev=40', '--exclude=*', '--dirty=-changed']
    return execFileSync('git', git, {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
