import { KindlingError, exitCodeOf } from '../../../src-shared/failure.ts'

/**
 * Handler of signals. They cancel the running job, which leaves the drive in a known state. Without
 * a job they end the program.
 */
export interface Interrupts {
  cancelWith(cancel: () => void): void
}

/**
 * Installs the handlers of the signals.
 * @param fail – reports why the program ends
 */
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
 * Returns whether this process was started to survive a hang-up, by nohup or `trap '' HUP`. The
 * process cannot find out itself: at its start, Node resets every ignored signal to its default. A
 * package's launcher checks before Node starts. Without a launcher, `_` helps: bash, ksh and zsh
 * set it to the program that they started (bash(1), "Special Parameters"), and nohup passes it on.
 */
export function ignoresHangUp(environment: NodeJS.ProcessEnv): boolean {
  return environment['KINDLING_IGNORES_HANGUP'] === '1' || /(^|\/)nohup$/.test(environment['_'] ?? '')
}
