import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'

export function download(
  surface: Surface,
  source: SourceSpec,
  options: { directory: string; decompress?: boolean },
): Promise<number> {
  const { directory, decompress = false } = options
  return runJob(surface, { job: 'download', source, directory, decompress })
}
