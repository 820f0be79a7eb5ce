import { execFileSync } from 'node:child_process'
import { packagedCommit } from '../../files/packaged.ts'

/** `0.1.0 (commit …, Electron 45.4.1)`: what a report of a fault should begin with. */
export function nameBuild(version: string): string {
  const { electron, node } = process.versions
  const runtime = electron === undefined ? `Node ${node}` : `Electron ${electron}`
  return `${version} (commit ${packagedCommit() ?? commitOfSources()}, ${runtime})`
}

/** Only for those who run the sources: a package knows its commit. */
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
