import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/**
 * Starts a private X server without a screen. Xvfb chooses a free display number.
 * @returns the value for DISPLAY
 */
export async function startDisplay(): Promise<{ display: string; dispose(): Promise<void> }> {
  const options = ['-displayfd', '3', '-screen', '0', '1440x1024x24', '-nolisten', 'tcp']
  const server = spawn('Xvfb', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  const failed = once(server, 'exit').then(([code]) => Promise.reject(new Error(`Xvfb ended with ${code}`)))
  const [number] = (await Promise.race([once(createInterface(server.stdio[3] as Readable), 'line'), failed])) as [
    string,
  ]
  failed.catch(() => undefined)
  return {
    display: `:${number}`,
    async dispose() {
      if (server.exitCode !== null) return
      const ended = once(server, 'exit')
      server.kill()
      await ended
    },
  }
}
