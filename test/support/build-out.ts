import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

let isBuilt = false

/** Makes out/ anew when it is older than the sources; a test of what was built never sees an old build. */
export function buildOut(): void {
  if (!isBuilt) execFileSync('./dev', ['build'], { cwd: resolve(import.meta.dirname, '../..'), stdio: 'inherit' })
  isBuilt = true
}
