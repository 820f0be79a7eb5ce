#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs'
import { thisElevation } from '../../privileged/elevation.ts'
import { runCommandLine } from './command-line.ts'
import { catchInterrupts } from './interrupts.ts'

// `kindling list | head` closes the pipe early: nobody reads on, so there is nothing left to say.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })

// Warnings of Node's own (20.18 calls Ed25519 experimental) are nothing for whoever reads events or progress.
process.removeAllListeners('warning')

process.exitCode = await runCommandLine({
  args: process.argv.slice(2),
  environment: process.env,
  streams: process,
  elevation: thisElevation(hasTerminal() ? 'terminal' : 'script', import.meta.dirname),
  catchInterrupts,
  onCrash: (listener) => process.on('uncaughtExceptionMonitor', listener),
  onExit: (listener) => process.on('exit', listener),
})

/** Somebody can be asked for a password, whatever stdin and stdout are. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'))
    return true
  } catch {
    return false
  }
}
