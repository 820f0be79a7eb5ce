import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a package is made of, and what it is called by. */
export interface BuildFacts {
  version: string
  /** Of the sources, with `-changed` where they are not quite that. */
  commit: string
  /** When that commit was made, in seconds since 1970: the time of everything in a package, so that two builds are alike. */
  time: number
  /** The runtime's own word for its version. */
  electron: string
  /** The version that package.json asks for and the lockfile names. */
  supported: string
  platform: NodeJS.Platform
  arch: string
}

/** @param runtime folder of an Electron */
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

/** Electron's own folder says it in a file; one that was put together for development has to be asked. */
function readRuntimeVersion(runtime: string): string {
  const file = join(runtime, 'version')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim().replace(/^v/, '')
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  return execFileSync(join(runtime, 'electron'), ['-p', 'process.versions.electron'], { env, encoding: 'utf8' }).trim()
}

/** Made with another Electron than the one that ships: to try and to test, never to be handed on. */
export const isTestBuild = ({ electron, supported }: BuildFacts): boolean => electron !== supported

/** The version that packages carry. `~` sorts before the version itself, for dpkg and for rpm. */
export const packageVersion = (facts: BuildFacts): string =>
  isTestBuild(facts) ? `${facts.version}~test.electron${facts.electron}` : facts.version
