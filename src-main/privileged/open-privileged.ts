import { spawn } from 'node:child_process'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { isMissingProgram } from '../files/missing-program.ts'
import type { Target } from '../write/target.ts'
import type { Elevation, ElevationWay } from './elevation.ts'
import { invite, type Invitation, type Meeting } from './invitation.ts'
import { openRemoteTarget } from './remote-target.ts'

/**
 * Returns a function that opens drives in a helper with more rights, one helper per drive. The
 * system asks the user for these rights without a time limit, for one drive after the other.
 */
export function createPrivilegedOpener(elevation: Elevation) {
  let asking: Promise<unknown> = Promise.resolve()

  /**
   * @throws permission-refused, drive-forbidden, helper-lost, the reason of the signal; any failure
   * of opening the drive
   */
  return async function openPrivileged(drive: Drive, mode: 'read' | 'write', signal?: AbortSignal): Promise<Target> {
    const { identity } = drive
    const mine = asking.then(() => askForHelper(elevation, identity.device, signal))
    asking = mine.catch(() => undefined)
    const { socket, slots } = await mine
    return openRemoteTarget(socket, slots, identity, mode)
  }
}

async function askForHelper(
  { ways, program, screen }: Elevation,
  device: string,
  signal: AbortSignal | undefined,
): Promise<Meeting> {
  const reasons: string[] = []
  for (const way of ways) {
    signal?.throwIfAborted()
    const invitation = await invite()
    screen?.cork()
    try {
      const answer = await startBy(way, [...program, invitation.path], invitation, signal)
      if ('socket' in answer) return answer
      const reason = answer.missing ? `there is no ${way.name}` : way.next(answer.code, answer.complaint)
      if (reason === null) throw new KindlingError('permission-refused', { drive: device })
      reasons.push(`${way.name}: ${reason}`)
    } finally {
      screen?.uncork()
      await invitation.withdraw()
    }
  }
  throw new KindlingError('drive-forbidden', { drive: device, reasons })
}

type Answer = Meeting | { missing: boolean; code: number | null; complaint: string }

/** Starts a helper, and waits until it connects or until it certainly will not. */
function startBy(
  way: ElevationWay,
  program: readonly string[],
  invitation: Invitation,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const [file, ...args] = way.command(program)
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4096)))
    const letGo = () => {
      child.stderr.destroy()
      child.unref()
    }
    const giveUp = () => {
      // This process cannot kill a program that changed its user. A helper that it starts later
      // finds no engine to connect to.
      child.kill()
      letGo()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', giveUp)
    const settle = (answer: Answer) => {
      signal?.removeEventListener('abort', giveUp)
      resolve(answer)
    }
    child.once('error', (error) =>
      settle({ missing: isMissingProgram(error, file), code: null, complaint: String(reasonOf(error)) }),
    )
    // `close` comes after all of stderr was read.
    child.once('close', (code) => settle({ missing: false, code, complaint: lastLine(complaint) }))
    void invitation.guest.then((meeting) => {
      // From here on the helper ends with its stream. Its later error messages are discarded.
      letGo()
      settle(meeting)
    })
  })
}

/**
 * Returns the last line of an error message. Removes the line that pkexec and sudo add to every
 * refusal, since it contains no reason.
 */
const lastLine = (text: string): string =>
  text
    .replace(/^This incident .*$/m, '')
    .trim()
    .split('\n')
    .at(-1) ?? ''
