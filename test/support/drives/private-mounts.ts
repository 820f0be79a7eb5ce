import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Shell command that unmounts the drives of other tests in a new mount namespace. Otherwise the
 * copied mounts would keep them busy. It ignores mounts that have disappeared because their test
 * ended.
 */
export const letGo = `for place in $(awk '$0 ~ / - [^ ]+ \\/dev\\/(loop|zram)/ { print $5 }' /proc/self/mountinfo | tac); do umount -l "$(printf '%b' "$place")" 2>/dev/null || :; done`

/**
 * Runs a shell script in a private mount namespace, where it may mount over the system's files.
 * Needs root.
 * @param args – `$1`, `$2`, …
 * @returns the first line of its output, and a function that ends it
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
