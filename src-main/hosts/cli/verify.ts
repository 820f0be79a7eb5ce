import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'

export const verify = (
  { api, output, interrupts }: Surface,
  source: SourceSpec,
  options: { drive: string },
): Promise<number> => runJob(api, output, interrupts, { job: 'verify', source, drive: options.drive })
