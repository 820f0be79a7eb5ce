import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'

// Keeps processes out of the quick tier. A test that starts a program fails, and belongs in a
// `.system.test.ts` file.
for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'] as const)
  childProcess[name] = ((program: string) => {
    throw new Error(`the quick tier starts no programs: ${program}`)
  }) as never
syncBuiltinESMExports()
