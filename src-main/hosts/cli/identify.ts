import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'
import { pathOf } from '../window-arguments.ts'

export const identify = (
  surface: Surface,
  { drive, streamBaseUrl }: { drive: string; streamBaseUrl?: string },
): Promise<number> => runJob(surface, { job: 'identify', drive: pathOf(drive), streamBaseUrl })
