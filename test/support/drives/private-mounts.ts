import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * A shell command that unmounts, in a new mount namespace, the drives of other tests: they would
 * stay busy. Those whose test ends meanwhile are gone by themselves.
 */
export const letGo = `for place in $(awk '$0 ~ / - [^ ]+ \\/dev\\/(loop|zram)/ { print $5 }' /proc/self/mountinfo | tac); do umount -l "$(printf '%b' "$place")" 2>/dev/null || :; done`

/**
 * Runs a shell script in a mount namespace of its own: it may mount things where the system is. Needs root.
 * @param args `$1`, `$2`, …
 * @returns what it printed until its first whole line, and what ends it
 */
export async function startInPrivateMounts(
  script: string,
  ...args: string[]
): Promise<{ pid: number; line: string; dispose(): Promise<void> }> {
  const whole = `${letGo}\n${script}\nexec cat`
  const child = spawn('unshare', ['-m', 'sh', '-ec', whole, 'sh', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    child.once('close', () => reject(new Error(`The script ended: ${text}`)))
  })
  return {
    pid: child.pid!,
    line,
    async dispose() {
      child.stdin.end()
      await ended
    },
  }
}
