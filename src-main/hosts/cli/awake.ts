import { spawn } from 'node:child_process'
import { macosTools, windowsTools } from '../../files/system-tools.ts'

/** System program that keeps the machine awake while it runs. */
export interface Waker {
  program: string
  args: string[]
}

/**
 * PowerShell script that sets ES_CONTINUOUS | ES_SYSTEM_REQUIRED. They stay in force until the
 * thread ends or changes them (SetThreadExecutionState).
 */
const stayAwake = [
  `$type = Add-Type -PassThru -Name Power -Namespace Kindling -MemberDefinition '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);'`,
  '[void]$type::SetThreadExecutionState([uint32]"0x80000001")',
  '[void][Console]::In.ReadToEnd()',
].join('; ')

/**
 * Returns the waker of a system; null if there is none. All wakers end by themselves when this
 * process ends, even if it crashes: systemd-inhibit and PowerShell read a pipe that closes with it,
 * and caffeinate watches its process id.
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
 * Keeps the machine awake until the returned function is called. If the system's tool is missing or
 * fails, the job continues without a message: staying awake is a courtesy, not a proof.
 */
export function keepAwake(waker = wakerOf(process.platform, process.pid)): () => void {
  if (waker === null) return () => undefined
  // Started outside our process group. Ctrl-C must not end it before the job has left its drive in
  // a known state.
  const child = spawn(waker.program, waker.args, {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  child.on('error', () => undefined).unref()
  child.stdin.on('error', () => undefined)
  // Like a child process, its pipe would keep Node running.
  ;(child.stdin as unknown as { unref(): void }).unref()
  return () => {
    child.stdin.end()
    child.kill()
  }
}
