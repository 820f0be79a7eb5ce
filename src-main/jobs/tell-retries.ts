import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'

/** The world of a job, which warns of a silent server that is asked again. */
export const tellRetries = <P extends Pick<Ports, 'onRetry'>>(ports: P, run: Pick<JobRun, 'warn'>): P => ({
  ...ports,
  onRetry({ host, seconds, attempt }) {
    run.warn('server-silent', `${host} has sent nothing for ${seconds} s. It is asked again (try ${attempt}).`, {
      host,
      seconds,
      attempt,
    })
  },
})
