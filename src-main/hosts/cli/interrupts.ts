import { KindlingError, exitCodeOf, toFailure } from '../../../src-shared/failure.ts'
import type { Output } from './output.ts'

/** What Ctrl-C does: it cancels the job that runs, which leaves the drive in a known state; without one it ends the program. */
export interface Interrupts {
  cancelWith(cancel: () => void): void
}

export function catchInterrupts(output: () => Output): Interrupts {
  let cancel: (() => void) | null = null
  const interrupt = () => {
    if (cancel) return cancel()
    output().fail(toFailure(new KindlingError('interrupted'), 'untouched'))
    process.exit(exitCodeOf('interrupted'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  return { cancelWith: (next) => void (cancel = next) }
}
