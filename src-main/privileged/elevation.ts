import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { ownAppImage } from '../files/own-app-image.ts'
import { macosTools, windowsTools } from '../files/system-tools.ts'

/** The ways to start a helper. */
export interface Elevation {
  /** Ways, in the order in which they are tried. */
  ways: readonly ElevationWay[]
  /** The helper's program and its arguments. */
  program: readonly string[]
  /**
   * A stream to the terminal on which the user may be asked. Its output waits while they are asked:
   * otherwise it would cover the question.
   */
  screen?: Pick<Writable, 'cork' | 'uncork'>
}

/** One way to start a program with the rights of an administrator. */
export interface ElevationWay {
  name: string
  /** Returns the command that runs a program with its arguments. No shell parses it. */
  command(program: readonly string[]): [file: string, ...args: string[]]
  /** Returns null if a refusal is final, or the reason why the next way is tried. */
  next(code: number | null, complaint: string): string | null
}

/** Uses rights that need no password, if an administrator has granted them. */
const sudoWithoutPassword = (sudo: string): ElevationWay => ({
  name: 'sudo -n',
  command: (program) => [sudo, '-n', '--', ...program],
  next: (_, complaint) => complaint || 'sudo wants a password',
})

/**
 * Asks on the terminal, even if stdin and stdout are redirected. A user who may not use sudo at all
 * may still know an administrator; then the next way is tried.
 */
const sudoOnTerminal = (sudo: string): ElevationWay => ({
  name: 'sudo',
  command: (program) => [
    sudo,
    '-p',
    'Kindling opens the drive as an administrator. Password for %p: ',
    '--',
    ...program,
  ],
  next: (_, complaint) => (/not in the sudoers|not allowed|may not run/i.test(complaint) ? complaint : null),
})

/**
 * Asks in a dialog of the desktop, or on the terminal. Exit codes of pkexec(1): 126 means that the
 * dialog was closed, 127 that authorization failed.
 */
const pkexec: ElevationWay = {
  name: 'pkexec',
  command: (program) => ['pkexec', ...program],
  next: (code, complaint) => (code === 126 ? null : complaint || 'polkit did not authorize it'),
}

/**
 * `do shell script` of AppleScript takes one command line for a shell. AppleScript itself quotes
 * every word of it.
 * https://developer.apple.com/library/archive/technotes/tn2065/_index.html
 */
const osascript: ElevationWay = {
  name: 'osascript',
  command: (program) => [
    macosTools.osascript,
    '-e',
    'on run words',
    '-e',
    'set line to "exec"',
    '-e',
    'repeat with each in words',
    '-e',
    'set line to line & space & quoted form of each',
    '-e',
    'end repeat',
    '-e',
    'do shell script line with prompt "Kindling opens the drive as an administrator." with administrator privileges',
    '-e',
    'end run',
    ...program,
  ],
  next: (_, complaint) => (complaint.includes('-128') ? null : complaint || 'macOS did not authorize it'),
}

/**
 * UAC, through the only program of Windows that can request it. The words are passed as a
 * PowerShell array, each in single quotes. `Start-Process` joins its arguments with spaces, so each
 * word also has its own double quotes.
 * https://learn.microsoft.com/powershell/module/microsoft.powershell.management/start-process
 */
const uac: ElevationWay = {
  name: 'UAC',
  command: ([file, ...args]) => {
    const quote = (word: string) => `'${word.replaceAll("'", "''")}'`
    const list = args.map((word) => quote(`"${word}"`)).join(',')
    const script = `$ErrorActionPreference='Stop'; Start-Process -FilePath ${quote(file ?? '')} -ArgumentList ${list} -Verb RunAs -WindowStyle Hidden -Wait`
    return [windowsTools().powershell, '-NoProfile', '-NonInteractive', '-Command', script]
  },
  next: (_, complaint) => (/cancell?ed/i.test(complaint) ? null : complaint || 'Windows did not authorize it'),
}

/**
 * The place where the user can be asked: in the window, or on a terminal. From a `script`, only the
 * desktop can ask.
 */
export type ElevationSurface = 'window' | 'terminal' | 'script'

/** Returns the ways of a system, in the order in which they are tried. */
export function elevationWays(platform: NodeJS.Platform, surface: ElevationSurface): ElevationWay[] {
  if (platform === 'win32') return [uac]
  const desktop = platform === 'darwin' ? osascript : pkexec
  // The window does not use sudo, which cannot tell the user the purpose of the request.
  if (surface === 'window') return [desktop]
  const sudo = platform === 'darwin' ? macosTools.sudo : 'sudo'
  return [sudoWithoutPassword(sudo), ...(surface === 'terminal' ? [sudoOnTerminal(sudo)] : []), desktop]
}

/** The facts that show how this program was started. */
export interface Runtime {
  execPath: string
  /** Version of Electron, if this program runs in Electron. */
  electron: string | undefined
  platform: NodeJS.Platform
  /**
   * The AppImage that this program runs from. Root cannot read its mount, but can run the AppImage
   * and make a mount of its own.
   */
  appImage: string | null
  exists(path: string): boolean
}

const thisRuntime = (): Runtime => ({
  execPath: process.execPath,
  electron: process.versions.electron,
  platform: process.platform,
  appImage: ownAppImage(process.env, process.execPath),
  exists: existsSync,
})

/** Launcher in the Linux packages. It starts only the helper, so that polkit can name it. */
const launcher = 'kindling-privileged'
/** Argument that makes the window's program run as the helper. */
export const hiddenEntry = '--privileged'

/**
 * Returns the ways in which this program requests rights.
 * @param directory – of the built program
 */
export const thisElevation = (surface: ElevationSurface, directory: string): Elevation => ({
  ways: elevationWays(process.platform, surface),
  program: helperProgram(join(directory, 'privileged.js')),
})

/**
 * Returns the program to start with more rights: this program, as the helper.
 * @param entry – the helper's script
 */
export function helperProgram(entry: string, runtime: Runtime = thisRuntime()): string[] {
  const { execPath, electron, platform, appImage, exists } = runtime
  if (electron === undefined) {
    const beside = join(dirname(entry), '../..', launcher)
    return exists(beside) ? [beside] : [execPath, entry]
  }
  // Chromium's sandbox refuses to run as root. The helper opens no page.
  if (appImage) return [appImage, '--no-sandbox', hiddenEntry]
  // Windows has no program that sets an environment variable for one command.
  if (platform === 'win32') return [execPath, hiddenEntry]
  const installed = join(dirname(execPath), launcher)
  if (exists(installed)) return [installed]
  return ['/usr/bin/env', 'ELECTRON_RUN_AS_NODE=1', execPath, entry]
}
