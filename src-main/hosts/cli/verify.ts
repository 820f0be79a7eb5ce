import { resolve } from 'node:path'
import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'
import { pathOf } from '../window-arguments.ts'

export const verify = (
  surface: Surface,
  source: SourceSpec,
  { drive, receipt }: { drive: string; receipt?: string },
): Promise<number> =>
  runJob(surface, { job: 'verify', source, drive: pathOf(drive), receipt: receipt && resolve(pathOf(receipt)) })
