import type { Ports } from '../ports.ts'
import type { JobRun } from './job-run.ts'

/** Returns the ports of a job. They warn when a server is asked again after a long wait. */
export const tellRetries = <P extends Pick<Ports, 'onRetry'>>(ports: P, run: Pick<JobRun, 'warn'>): P => ({
  ...ports,
  onRetry({ why, host, seconds, attempt }) {
    run.warn(why === 'silent' ? 'server-silent' : 'server-busy', { host, seconds, attempt })
  },
})
