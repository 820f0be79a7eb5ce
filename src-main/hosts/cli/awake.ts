import { spawn } from 'node:child_process'
import { macosTools, windowsTools } from '../../files/system-tools.ts'

/** A program of the system that keeps the machine awake for as long as it runs. */
export interface Waker {
  program: string
  args: string[]
}

/** ES_CONTINUOUS | ES_SYSTEM_REQUIRED: until the thread ends or says otherwise (SetThreadExecutionState). */
const stayAwake = [
  `$type = Add-Type -PassThru -Name Power -Namespace Kindling -MemberDefinition '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);'`,
  '[void]$type::SetThreadExecutionState([uint32]"0x80000001")',
  '[void][Console]::In.ReadToEnd()',
].join('; ')

/**
 * The waker of each system. All of them end by themselves when this process does, however it ends: systemd-inhibit
 * and PowerShell read a pipe that closes with it, caffeinate watches its id.
 */
export function wakerOf(platform: NodeJS.Platform, pid: number): Waker | null {
  if (platform === 'linux')
    return {
      program: 'systemd-inhibit',
      args: ['--what=sleep:idle', '--who=Kindling', '--why=A drive or an image is at work', '--mode=block', 'cat'],
    }
  if (platform === 'darwin') return { program: macosTools.caffeinate, args: ['-i', '-w', String(pid)] }
  if (platform === 'win32')
    return { program: windowsTools().powershell, args: ['-NoProfile', '-NonInteractive', '-Command', stayAwake] }
  return null
}

/**
 * Keeps the machine from falling asleep until the function that it answers is called. Where the system's tool is missing or
 * fails, nothing is said and nothing stops: it is a courtesy, not a proof.
 */
export function keepAwake(waker = wakerOf(process.platform, process.pid)): () => void {
  if (waker === null) return () => undefined
  // Out of our process group: Ctrl-C is for the job, which has a drive to leave in a known state first.
  const child = spawn(waker.program, waker.args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  child.on('error', () => undefined).unref()
  child.stdin.on('error', () => undefined)
  // A pipe keeps Node running as a child does.
  ;(child.stdin as unknown as { unref(): void }).unref()
  return () => {
    child.stdin.end()
    child.kill()
  }
}
