import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'

/** Returns the ports of a job. They warn when a server is asked again after a long wait. */
export const tellRetries = <P extends Pick<Ports, 'onRetry'>>(ports: P, run: Pick<JobRun, 'warn'>): P => ({
  ...ports,
  onRetry({ why, host, seconds, attempt }) {
    const again = `(try ${attempt})`
    const [code, words] =
      why === 'silent'
        ? (['server-silent', `${host} has sent nothing for ${seconds} s. It is asked again ${again}.`] as const)
        : (['server-busy', `${host} is busy. It is asked again in ${seconds} s, as it wishes ${again}.`] as const)
    run.warn(code, words, { host, seconds, attempt })
  },
})
