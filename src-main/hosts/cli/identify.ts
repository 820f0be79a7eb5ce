import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'

export const identify = (
  { api, output, interrupts }: Surface,
  { drive, streamBaseUrl }: { drive: string; streamBaseUrl?: string },
): Promise<number> => runJob(api, output, interrupts, { job: 'identify', drive, streamBaseUrl })
