import { resolve } from 'node:path'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { Catalog } from '../../../src-shared/artifact.ts'
import type { SourceSpec, WriteSpec } from '../../../src-shared/job.ts'
import { describeWarning, warnOfOlder } from '../../../src-shared/warnings.ts'
import { unwrap, type Surface } from './command.ts'
import { confirm, confirmDoubts, describeSource } from './confirm.ts'
import { askAboutFirstBoot, readFirstBootOptions, type FirstBootOptions } from './first-boot-options.ts'
import { runJobs } from './run-jobs.ts'
import { pathOf } from '../window-arguments.ts'

interface WriteOptions {
  drive: string[]
  yes?: boolean
  confirm?: string[]
  acceptDoubtfulStream?: boolean
  acceptUnrecognizedImage?: boolean
  verify?: boolean
  writeAll?: boolean
  eject?: boolean
}

/** Writes an image to drives, after the user has confirmed that they may be erased. */
export async function write(
  surface: Surface,
  source: SourceSpec,
  options: WriteOptions & FirstBootOptions,
): Promise<number> {
  const { api, output, streams } = surface
  const mayAsk = !output.json && streams.stdin.isTTY === true && streams.stderr.isTTY === true
  let firstBoot = await readFirstBootOptions(surface, options, options.drive.length)
  const paths = options.drive.map((path) => resolve(pathOf(path)))
  const drives: Drive[] = []
  // All drives are checked before one is touched.
  for (const path of paths) {
    const drive = unwrap(await api.inspectDrive({ path }))
    const refusal = drive.refusals[0]
    if (refusal) throw KindlingError.revive(refusal)
    if (drives.some(({ identity }) => identity.device === drive.identity.device))
      throw new KindlingError('usage', { reason: `--drive names ${drive.identity.device} twice` })
    drives.push(drive)
  }
  const { doubts, older } = await readStream(api, source)
  const told: string[] = []
  // The choice of a release is decided with the first question. Without one, the job warns.
  if (mayAsk && older)
    warnOfOlder((code, ...values) => {
      output.note(`! ${describeWarning(code, ...values)}`)
      told.push(code)
    }, older)
  const { yes = false, confirm: names = [], acceptDoubtfulStream: accept = false } = options
  if (firstBoot !== undefined) await requireBootPlace(api, source)
  if (firstBoot !== undefined && mayAsk) firstBoot = await askAboutFirstBoot(surface, firstBoot)
  if (!accept) await confirmDoubts(doubts, streams, mayAsk)
  const confirmed = await confirm(
    drives,
    { line: `Image  ${describeSource(source)}`, deed: 'write the image' },
    streams,
    { yes, names, mayAsk },
  )
  const { hostname: hostnames = [] } = options
  const spec: WriteSpec = {
    source,
    drives: drives.map(({ identity }, index) => ({
      drive: paths[index]!,
      identity,
      confirmed: confirmed[index],
      // A single name is that of the answers.
      hostname: hostnames.length > 1 ? hostnames[index] : undefined,
    })),
    acceptedDoubts: doubts,
    acceptUnrecognized: options.acceptUnrecognizedImage,
    verify: options.verify,
    writeAll: options.writeAll,
    eject: options.eject,
    firstBoot,
  }
  const start = async () => {
    const started = await api.startWrites({ spec })
    return started.ok ? { ok: true as const, value: started.value.ids } : started
  }
  return runJobs(surface, start, paths, told)
}

/**
 * Refuses a first boot for an image that has no place for one, before any question about it. An
 * image that cannot be read is left to the job, which reports the error.
 * @throws first-boot-unsupported
 */
async function requireBootPlace(api: Surface['api'], source: SourceSpec): Promise<void> {
  if (source.image.kind === 'stream') return
  const answer = await api.preview({ source })
  if (answer.ok && answer.value.bootPlace.kind === 'none')
    throw new KindlingError('first-boot-unsupported', { reason: answer.value.bootPlace.reason })
}

/**
 * Returns the reasons to doubt the stream of a source, and what an older release of it means. A
 * stream that cannot be read has neither here, because the job reports that error.
 */
async function readStream(
  api: Surface['api'],
  { image, streamBaseUrl }: SourceSpec,
): Promise<Pick<Catalog, 'doubts' | 'older'>> {
  if (image.kind !== 'stream') return { doubts: [] }
  const { stream, release } = image
  const answer = await api.catalog({
    stream,
    ...(release !== undefined && { release }),
    ...(streamBaseUrl !== undefined && { streamBaseUrl }),
  })
  return answer.ok ? answer.value : { doubts: [] }
}
