import { KindlingError, exitCodeOf } from '../../../src-shared/failure.ts'

/** What Ctrl-C does: it cancels the job that runs, which leaves the drive in a known state; without one it ends the program. */
export interface Interrupts {
  cancelWith(cancel: () => void): void
}

/** @param fail says why the program ends */
export function catchInterrupts(fail: (error: KindlingError) => void): Interrupts {
  let cancel: (() => void) | null = null
  const interrupt = () => {
    if (cancel) return cancel()
    fail(new KindlingError('interrupted'))
    process.exit(exitCodeOf('interrupted'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  return { cancelWith: (next) => void (cancel = next) }
}
