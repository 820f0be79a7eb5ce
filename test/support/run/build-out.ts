import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

let isBuilt = false

/** Rebuilds out/ if it is older than the sources, so that a test never runs an outdated build. */
export function buildOut(): void {
  if (!isBuilt) execFileSync('./dev', ['build'], { cwd: resolve(import.meta.dirname, '../../..'), stdio: 'inherit' })
  isBuilt = true
}
