import { readFile } from 'node:fs/promises'

/**
 * A running process, told apart from a later one that got the same number: `<pid>-<start>`. The start is in clock ticks
 * since the system started, where the system tells it (proc(5), field 22 of stat); else 0.
 */
let own: Promise<string> | null = null
export const ownIdentity = (): Promise<string> =>
  (own ??= readStart('self').then((start) => `${process.pid}-${start ?? 0}`))

/** Whether that process still runs. Where its start cannot be told, another one with its number counts as it. */
export async function isRunning(identity: string): Promise<boolean> {
  const [pid, start] = identity.split('-').map(Number)
  if (start !== 0) return (await readStart(String(pid))) === start
  try {
    process.kill(pid!, 0)
    return true
  } catch (error) {
    // EPERM: it is there, but somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readStart(pid: string): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  // The second field is the program's name in brackets, which may hold anything. A zombie (Z) writes no more.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? null : Number(fields[19])
}
