import { KindlingError, exitCodeOf } from '../../../src-shared/failure.ts'

/**
 * Signals that cancel the running job, which leaves the drive in a known state; without a job they
 * end the program.
 */
export interface Interrupts {
  cancelWith(cancel: () => void): void
}

/** @param fail – says why the program ends */
export function catchInterrupts(fail: (error: KindlingError) => void): Interrupts {
  let cancel: (() => void) | null = null
  const interrupt = () => {
    if (cancel) return cancel()
    fail(new KindlingError('interrupted'))
    process.exit(exitCodeOf('interrupted'))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, interrupt)
  process.on('SIGHUP', ignoresHangUp(process.env) ? () => undefined : interrupt)
  return { cancelWith: (next) => void (cancel = next) }
}

/**
 * Whether this process was started to survive a hang-up, by nohup or `trap '' HUP`. Node sets every
 * signal that was ignored back to its default when it starts, so that the process itself cannot see
 * it any more. The launcher of a package looks before Node starts; without a launcher bash, ksh and
 * zsh tell in `_` which program they started (bash(1), "Special Parameters"), and nohup passes that
 * on.
 */
export function ignoresHangUp(environment: NodeJS.ProcessEnv): boolean {
  return environment['KINDLING_IGNORES_HANGUP'] === '1' || /(^|\/)nohup$/.test(environment['_'] ?? '')
}
