import { readFile } from 'node:fs/promises'

/**
 * The identity of this process: `<pid>-<start>`. The start time distinguishes it from a later
 * process with the same number. It is in clock ticks since the system started, where the system
 * provides it (proc(5), field 22 of stat), and 0 elsewhere.
 */
let own: Promise<string> | null = null
export const ownIdentity = (): Promise<string> =>
  (own ??= readStart('self').then((start) => `${process.pid}-${start ?? 0}`))

/**
 * Returns whether a process is still running. Without a start time, any process with the same
 * number counts.
 */
export async function isRunning(identity: string): Promise<boolean> {
  const [pid, start] = identity.split('-').map(Number)
  if (start !== 0) return (await readStart(String(pid))) === start
  try {
    process.kill(pid!, 0)
    return true
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readStart(pid: string): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  // The second field is the program's name in brackets, which may contain any character. A zombie
  // (Z) counts as ended, because it writes nothing more.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? null : Number(fields[19])
}
