import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { say } from './say.ts'

export function runElectronBuilder(root: string, args: string[]): void {
  execFileSync(process.execPath, ['node_modules/electron-builder/cli.js', '--publish', 'never', ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
}

/**
 * Returns electron-builder options for the update source. A package without a release key has no
 * updates, because it could not verify them.
 */
export function nameFeed(updates: string | null, keys: string): string[] {
  if (updates === null) return []
  if (!existsSync(keys)) {
    say(`no updates: there is no key in ${keys}`)
    return []
  }
  const [, owner, repo] = /^https:\/\/github\.com\/([\w.-]+)\/([\w.-]+)\/?$/.exec(updates) ?? []
  return owner === undefined
    ? ['-c.publish.provider=generic', `-c.publish.url=${updates}`]
    : ['-c.publish.provider=github', `-c.publish.owner=${owner}`, `-c.publish.repo=${repo}`]
}
