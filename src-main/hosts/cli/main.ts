#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs'
import { thisElevation } from '../../privileged/elevation.ts'
import { keepAwake } from './awake.ts'
import { runCommandLine } from './command-line.ts'
import { catchInterrupts } from './interrupts.ts'

// `kindling list | head` closes the pipe early. The reader has gone, so the program ends quietly.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })

// Node's own warnings (20.18 calls Ed25519 experimental) would disturb readers of events or
// progress.
process.removeAllListeners('warning')

process.exitCode = await runCommandLine({
  args: process.argv.slice(2),
  environment: process.env,
  streams: process,
  elevation: {
    ...thisElevation(hasTerminal() ? 'terminal' : 'script', import.meta.dirname),
    screen: process.stderr,
  },
  catchInterrupts,
  keepAwake,
  onCrash: (listener) => process.on('uncaughtExceptionMonitor', listener),
  onExit: (listener) => process.on('exit', listener),
})

/** Returns whether there is a terminal to ask for a password, regardless of stdin and stdout. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r+'))
    return true
  } catch {
    return false
  }
}
