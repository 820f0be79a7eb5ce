import type { BootLoader, SourceSpec } from '../../../src-shared/job.ts'
import type { Surface } from './command.ts'
import { askAboutFirstBoot, readFirstBootOptions, type FirstBootOptions } from './first-boot-options.ts'
import { runJob } from './run-jobs.ts'

/** Downloads an image, after the user has agreed to the settings of its live system. */
export async function download(
  surface: Surface,
  source: SourceSpec,
  options: { directory: string; decompress?: boolean; for?: BootLoader } & FirstBootOptions,
): Promise<number> {
  const { directory, decompress = false } = options
  const { output, streams } = surface
  const mayAsk = !output.json && streams.stdin.isTTY === true && streams.stderr.isTTY === true
  let firstBoot = await readFirstBootOptions(surface, options, null)
  if (firstBoot !== undefined && mayAsk) firstBoot = await askAboutFirstBoot(surface, firstBoot)
  return runJob(surface, { job: 'download', source, directory, decompress, firstBoot, loader: options.for })
}
