import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The inputs and the name of a package. */
export interface BuildFacts {
  version: string
  /** Commit of the sources, with `-changed` if the working tree differs from it. */
  commit: string
  /**
   * Commit time, in seconds since 1970. Everything in a package gets this time, so that two builds
   * are identical.
   */
  time: number
  /** Version that the Electron runtime reports. */
  electron: string
  /** Electron version that package.json requires and the lockfile contains. */
  supported: string
  platform: NodeJS.Platform
  arch: string
}

/**
 * Reads the facts of a build.
 * @param runtime – folder of an Electron runtime
 */
export function readBuildFacts(root: string, runtime: string): BuildFacts {
  const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as { version: string }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain') === '' ? '' : '-changed'
  return {
    version: read('package.json').version,
    commit: `${git('rev-parse', 'HEAD')}${changed}`,
    time: Number(git('log', '-1', '--format=%ct')),
    electron: readRuntimeVersion(runtime),
    supported: read('node_modules/electron/package.json').version,
    platform: process.platform,
    arch: process.arch,
  }
}

/**
 * Returns the runtime's version. A released Electron has it in a file. A runtime assembled for
 * development has to be run.
 */
function readRuntimeVersion(runtime: string): string {
  const file = join(runtime, 'version')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '')
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  return execFileSync(join(runtime, 'electron'), ['-p', 'process.versions.electron'], { env, encoding: 'utf8' }).trim()
}

/**
 * Whether the build uses another Electron version than a release. Such a build is for tests only
 * and must not be distributed.
 */
export const isTestBuild = ({ electron, supported }: BuildFacts): boolean => electron !== supported

/** Returns the version of the packages. For dpkg and rpm, `~` sorts before the version itself. */
export const packageVersion = (facts: BuildFacts): string =>
  isTestBuild(facts) ? `${facts.version}~test.electron${facts.electron}` : facts.version
