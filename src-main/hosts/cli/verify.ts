import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'
import { pathOf } from '../window-arguments.ts'

export const verify = (surface: Surface, source: SourceSpec, options: { drive: string }): Promise<number> =>
  runJob(surface, { job: 'verify', source, drive: pathOf(options.drive) })
