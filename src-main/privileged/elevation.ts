import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ownAppImage } from '../files/own-app-image.ts'
import { macosTools, windowsTools } from '../files/system-tools.ts'

/** How a helper is started. */
export interface Elevation {
  /** Tried in this order. */
  ways: readonly ElevationWay[]
  /** The helper's program and its arguments. */
  program: readonly string[]
}

/** One way to start a program with the rights of an administrator. */
export interface ElevationWay {
  name: string
  /** Its arguments, for a program and its arguments. No shell reads them. */
  command(program: readonly string[]): [file: string, ...args: string[]]
  /** Null when a refusal is the last word; else why the next way is tried. */
  next(code: number | null, complaint: string): string | null
}

/** Rights that need no password, as an administrator may have granted them. */
const sudoWithoutPassword = (sudo: string): ElevationWay => ({
  name: 'sudo -n',
  command: (program) => [sudo, '-n', '--', ...program],
  next: (_, complaint) => complaint || 'sudo wants a password',
})

/** Asks on the terminal, whatever stdin and stdout are. Who may not use it at all may still know an administrator. */
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

/** Asks in a window of the desktop, or on the terminal. pkexec(1): 126 is a dialog that was closed, 127 no authorization at all. */
const pkexec: ElevationWay = {
  name: 'pkexec',
  command: (program) => ['pkexec', ...program],
  next: (code, complaint) => (code === 126 ? null : complaint || 'polkit did not authorize it'),
}

/**
 * `do shell script` of AppleScript takes one text for a shell: every word of it is quoted by AppleScript itself.
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
 * UAC, through the only program of Windows that asks for it. The words go in as an array of PowerShell, each in single
 * quotes; `Start-Process` joins its arguments with spaces, so that each has its own double quotes.
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

/** Where the person is: at the window, at a terminal, or nowhere to be asked but by their desktop. */
export type Surface = 'window' | 'terminal' | 'script'

/** The ways of a system, in the order in which they are tried. */
export function elevationWays(platform: NodeJS.Platform, surface: Surface): ElevationWay[] {
  if (platform === 'win32') return [uac]
  const desktop = platform === 'darwin' ? osascript : pkexec
  // The window does not ask sudo, which cannot name what it is asked for.
  if (surface === 'window') return [desktop]
  const sudo = platform === 'darwin' ? macosTools.sudo : 'sudo'
  return [sudoWithoutPassword(sudo), ...(surface === 'terminal' ? [sudoOnTerminal(sudo)] : []), desktop]
}

/** What tells how this program was started. */
export interface Runtime {
  execPath: string
  /** Electron's version, where this is it. */
  electron: string | undefined
  platform: NodeJS.Platform
  /** The AppImage that this runs from: root cannot look into its mount, but can make one of its own. */
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

/** In a package of Linux: starts the helper and nothing else, so that polkit can name it. */
const launcher = 'kindling-privileged'
/** What makes the window's program the helper instead. */
export const hiddenEntry = '--privileged'

/** How this program asks for rights. @param directory of the built program */
export const thisElevation = (surface: Surface, directory: string): Elevation => ({
  ways: elevationWays(process.platform, surface),
  program: helperProgram(join(directory, 'privileged.js')),
})

/**
 * The program that is started with more rights: this one, under its hidden entry.
 * @param entry the helper's script
 */
export function helperProgram(entry: string, runtime: Runtime = thisRuntime()): string[] {
  const { execPath, electron, platform, appImage, exists } = runtime
  if (electron === undefined) return [execPath, entry]
  // Chromium's sandbox refuses root; no page is opened.
  if (appImage) return [appImage, '--no-sandbox', hiddenEntry]
  // Nothing there sets a variable for one program.
  if (platform === 'win32') return [execPath, hiddenEntry]
  const installed = join(dirname(execPath), launcher)
  if (exists(installed)) return [installed]
  return ['/usr/bin/env', 'ELECTRON_RUN_AS_NODE=1', execPath, entry]
}
