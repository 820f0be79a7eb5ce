import { spawn } from 'node:child_process'
import { constants } from 'node:fs'

/**
 * Starts a program that keeps a path open until it is disposed of.
 * @param flags – flags of open(2), for example `O_RDWR|O_EXCL`
 */
export async function holdOpen(path: string, flags: string): Promise<{ pid: number; dispose(): Promise<void> }> {
  const bits = flags.split('|').reduce((sum, flag) => sum | (constants as Record<string, number>)[flag]!, 0)
  const program = `require('node:fs').openSync(${JSON.stringify(path)}, ${bits}); console.log('open'); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await Promise.race([
    new Promise((resolve) => child.stdout.once('data', resolve)),
    ended.then(() => {
      throw new Error(`${path} could not be opened`)
    }),
  ])
  return {
    pid: child.pid!,
    async dispose() {
      child.kill()
      await ended
    },
  }
}
