import { CommanderError, type Command } from 'commander'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import { KindlingError, exitCodeOf, reasonOf, toFailure, type Failure } from '../../../src-shared/failure.ts'
import { describeSetAside } from '../../../src-shared/settings.ts'
import { createApp } from '../../app/create-app.ts'
import { createPorts } from '../../create-ports.ts'
import { createLog } from '../../log/create-log.ts'
import { keepLog } from '../../log/keep-log.ts'
import { isNowhere } from '../../settings/own-paths.ts'
import type { Elevation } from '../../privileged/elevation.ts'
import { AnsweredFailure } from './command.ts'
import type { Interrupts } from './interrupts.ts'
import { nameBuild } from './name-build.ts'
import { createOutput, type Streams } from './output.ts'
import { createProgram } from './program.ts'
import { requireNoEmpty } from './require-no-empty.ts'
import { requireUtf8 } from './require-utf8.ts'

/** Process in which one command runs. */
export interface CommandHost {
  /** Arguments after the program's name. */
  args: string[]
  environment: NodeJS.ProcessEnv
  streams: Streams
  /** Method of requesting the rights to open a drive. */
  elevation: Elevation
  /**
   * Handles signals.
   * @param fail – reports the reason before the process ends
   */
  catchInterrupts(fail: (error: KindlingError) => void): Interrupts
  /** See `Surface`. */
  keepAwake(): () => void
  /** Calls the listener with an error that ends the process. */
  onCrash(listener: (error: Error) => void): void
  /** Calls the listener with the exit code when the process ends. */
  onExit(listener: (code: number) => void): void
}

/**
 * Runs one command and returns its exit code. It does not change the process itself, so that one
 * process can run several commands.
 */
export async function runCommandLine(host: CommandHost): Promise<number> {
  const { args, environment, streams } = host
  const ports = createPorts(host.elevation, environment)
  const output = createOutput(args.includes('--json'), streams)
  const log = createLog({ directory: ports.paths.state, version: ports.version, environment }, (error) => {
    const message = `The log ${log.file} cannot be written: ${reasonOf(error)}`
    output.note(`! ${message}`)
    output.event({ event: 'warning', code: 'log-failed', message })
  })
  host.onCrash((error) => log.addError(error))
  const interrupts = host.catchInterrupts((error) => output.fail(toFailure(error, stateBeforeJob(program))))
  const api = keepLog(createApp(ports, log.addError), log)
  let exitCode = 0
  const program = createProgram(
    () => nameBuild(ports.version),
    () => ({ api, output, interrupts, streams, keepAwake: host.keepAwake }),
    (code) => {
      exitCode = code
    },
  )
  for (const command of [program, ...program.commands]) routeOutput(command, streams)
  program.addHelpText('after', `\nThe log, which you can send with a bug report, is in ${log.file}.`)
  program.hook('preAction', () => requireUtf8(args))
  program.hook('preAction', (_program, command) => requireNoEmpty(command))
  program.hook('preAction', (_program, command) => {
    const { log: file } = command.optsWithGlobals<{ log?: string }>()
    if (file !== undefined) log.divert(file)
    log.add('command', { arguments: args })
    host.onExit((code) => log.add('exit', { code }))
  })
  program.hook('preAction', () => {
    if (!Object.values(ports.paths).some(isNowhere)) return
    const message = 'There is no home directory (HOME is not set): Kindling saves no log, no receipt and no image.'
    output.note(`! ${message}`)
    output.event({ event: 'warning', code: 'no-home', message })
  })
  // This is the program's first reading of the settings, which finds out whether they can be read.
  program.hook('preAction', async () => {
    const reading = await api.settings({})
    if (!reading.ok || reading.value.setAside === null) return
    const message = describeSetAside(reading.value.setAside)
    output.note(`! ${message}`)
    output.event({ event: 'warning', code: 'settings-set-aside', message })
  })

  try {
    // Electron run as Node has Node's arguments, but commander would expect Electron's.
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    const failure = describeError(error, stateBeforeJob(program))
    if (failure) {
      if (!(error instanceof CommanderError || error instanceof AnsweredFailure)) log.addError(error)
      output.fail(failure)
      exitCode = exitCodeOf(failure.code)
    }
  }
  return exitCode
}

/**
 * Sends help to stdout. Usage errors become exceptions, so that they are reported like all others.
 */
function routeOutput(command: Command, { stdout }: Streams): void {
  command.exitOverride().configureOutput({ writeOut: (text) => stdout.write(text), outputError: () => undefined })
}

/** Returns the state of the drive for a command that fails before its job starts. */
function stateBeforeJob(program: Command): DriveState | null {
  return ['write', 'verify', 'identify', 'restore', 'save'].includes(program.args[0] ?? '') ? 'untouched' : null
}

function describeError(error: unknown, driveState: DriveState | null): Failure | null {
  if (error instanceof AnsweredFailure) return { ...error.failure, driveState }
  if (!(error instanceof CommanderError)) return toFailure(error, driveState)
  // Help and version were requested and have been printed.
  if (error.exitCode === 0) return null
  const reason = error.message.replace(/^error: /, '').replace(/\.$/, '')
  return toFailure(
    new KindlingError('usage', { reason: reason === '(outputHelp)' ? 'No command was given' : reason }),
    driveState,
  )
}
