import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'

export function download(
  { api, output, interrupts }: Surface,
  source: SourceSpec,
  options: { directory: string; decompress?: boolean },
): Promise<number> {
  const { directory, decompress = false } = options
  return runJob(api, output, interrupts, { job: 'download', source, directory, decompress })
}
