#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs'
import { CommanderError, type Command } from 'commander'
import type { DriveState } from '../../../src-shared/drive-state.ts'
import { KindlingError, exitCodeOf, reasonOf, toFailure, type Failure } from '../../../src-shared/failure.ts'
import { describeSetAside } from '../../../src-shared/settings.ts'
import { createApp } from '../../app.ts'
import { createPorts } from '../../create-ports.ts'
import { createLog } from '../../log/create-log.ts'
import { keepLog } from '../../log/keep-log.ts'
import { isNowhere } from '../../own-paths.ts'
import { thisElevation } from '../../privileged/elevation.ts'
import { AnsweredFailure } from './command.ts'
import { catchInterrupts } from './interrupts.ts'
import { nameBuild } from './name-build.ts'
import { createOutput } from './output.ts'
import { createProgram } from './program.ts'

// `kindling list | head` closes the pipe early: nobody reads on, so there is nothing left to say.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })

// Warnings of Node's own (20.18 calls Ed25519 experimental) are nothing for whoever reads events or progress.
process.removeAllListeners('warning')

const ports = createPorts(thisElevation(hasTerminal() ? 'terminal' : 'script', import.meta.dirname))
const output = createOutput(process.argv.includes('--json'))
const log = createLog({ directory: ports.paths.state, version: ports.version, environment: process.env }, (error) => {
  const message = `The log ${log.file} cannot be written: ${reasonOf(error)}`
  output.note(`! ${message}`)
  output.event({ event: 'warning', code: 'log-failed', message })
})
process.on('uncaughtExceptionMonitor', (error) => log.addError(error))
const interrupts = catchInterrupts((error) => output.fail(toFailure(error, stateBeforeJob())))
const api = keepLog(createApp(ports, log.addError), log)
const program = createProgram(
  () => nameBuild(ports.version),
  () => ({ api, output, interrupts }),
  (code) => {
    process.exitCode = code
  },
)
for (const command of [program, ...program.commands]) throwUsage(command)
program.addHelpText('after', `\nThe log, made to be sent to somebody who helps, is in ${log.file}.`)
program.hook('preAction', (_program, command) => {
  const { log: file } = command.optsWithGlobals<{ log?: string }>()
  if (file !== undefined) log.divert(file)
  log.add('command', { arguments: process.argv.slice(2) })
  process.on('exit', (code) => log.add('exit', { code }))
})
program.hook('preAction', () => {
  if (!Object.values(ports.paths).some(isNowhere)) return
  const message = 'There is no home directory (HOME is not set): no log, no receipt and no image is kept.'
  output.note(`! ${message}`)
  output.event({ event: 'warning', code: 'no-home', message })
})
// The first call of the program finds out whether the settings can be read, and so is the one that can say so.
program.hook('preAction', async () => {
  const reading = await api.settings({})
  if (!reading.ok || reading.value.setAside === null) return
  const message = describeSetAside(reading.value.setAside)
  output.note(`! ${message}`)
  output.event({ event: 'warning', code: 'settings-set-aside', message })
})

try {
  // Electron as Node has the same arguments as Node, which commander would not expect of it.
  await program.parseAsync(process.argv.slice(2), { from: 'user' })
} catch (error) {
  const failure = wordError(error)
  if (failure) {
    if (!(error instanceof CommanderError || error instanceof AnsweredFailure)) log.addError(error)
    output.fail(failure)
    process.exitCode = exitCodeOf(failure.code)
  }
}

/** Somebody can be asked for a password, whatever stdin and stdout are. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'))
    return true
  } catch {
    return false
  }
}

/** Errors of usage come here as exceptions, so that they are worded like all others. */
function throwUsage(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined })
}

/** Whatever fails before a job starts, fails before the drive. */
function stateBeforeJob(): DriveState | null {
  return ['write', 'verify', 'identify'].includes(program.args[0] ?? '') ? 'untouched' : null
}

function wordError(error: unknown): Failure | null {
  const driveState = stateBeforeJob()
  if (error instanceof AnsweredFailure) return { ...error.failure, driveState }
  if (!(error instanceof CommanderError)) return toFailure(error, driveState)
  // Help and version were asked for, and were shown.
  if (error.exitCode === 0) return null
  const reason = error.message.replace(/^error: /, '').replace(/\.$/, '')
  return toFailure(
    new KindlingError('usage', { reason: reason === '(outputHelp)' ? 'No command was given' : reason }),
    driveState,
  )
}
