import { resolve } from 'node:path'
import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { firstBootSpec, type FirstBootSpec } from '../../../src-shared/first-boot.ts'
import type { SourceSpec, WriteSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { hasAnswers, type AnswerOptions } from './answer-options.ts'
import { AnsweredFailure, unwrap, type Surface } from './command.ts'
import { confirm, confirmDoubts, confirmNoLogin, describeSource } from './confirm.ts'
import { runJobs } from './run-jobs.ts'
import { pathOf } from '../window-arguments.ts'
import type { Phrase } from '../../../src-shared/phrases.ts'

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

/** Options of the first boot. The names are those of coreos-installer. */
interface FirstBootOptions extends AnswerOptions {
  ignitionFile?: string
  ignitionUrl?: string
  ignitionHash?: string
  appendKarg?: string[]
  deleteKarg?: string[]
  console?: string[]
  ignitionPlatform?: string
  firstbootArgs?: string
  networkDir?: string
  login?: boolean
}

/** Writes an image to drives, after the user has confirmed that they may be erased. */
export async function write(
  surface: Surface,
  source: SourceSpec,
  options: WriteOptions & FirstBootOptions,
): Promise<number> {
  const { api, output, streams } = surface
  const mayAsk = !output.json && streams.stdin.isTTY === true && streams.stderr.isTTY === true
  const firstBoot = await readFirstBootOptions(surface, options)
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
  const doubts = await findDoubts(api, source)
  const { yes = false, confirm: names = [], acceptDoubtfulStream: accept = false } = options
  if (firstBoot !== undefined && mayAsk) firstBoot.acceptNoLogin ||= await askAboutLogin(surface, firstBoot)
  if (!accept) await confirmDoubts(doubts, streams, mayAsk)
  const confirmed = await confirm(
    drives,
    { line: `Image  ${describeSource(source)}`, deed: 'write the image' },
    streams,
    { yes, names, mayAsk },
  )
  const spec: WriteSpec = {
    source,
    drives: drives.map(({ identity }, index) => ({ drive: paths[index]!, identity, confirmed: confirmed[index] })),
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
  return runJobs(surface, start, paths)
}

/**
 * Asks the user if nobody could log in. Without a terminal the job fails.
 * @returns whether the user was asked, and agreed
 * @throws declined; what is wrong with the settings
 */
async function askAboutLogin({ api, streams }: Surface, firstBoot: FirstBootSpec): Promise<boolean> {
  const checked = await api.checkFirstBoot({ firstBoot })
  if (checked.ok) return false
  if (checked.failure.code !== 'config-without-login') throw new AnsweredFailure(checked.failure)
  await confirmNoLogin(checked.failure, streams)
  return true
}

/**
 * Returns what to set up for the first boot; undefined if no option asks for anything.
 * @throws usage
 */
async function readFirstBootOptions(surface: Surface, options: FirstBootOptions): Promise<FirstBootSpec | undefined> {
  const { ignitionFile: file, ignitionUrl: url, ignitionHash: hash, networkDir } = options
  if (url !== undefined && !isWebAddress(url)) throw usage(`--ignition-url: ${plain(url)} is not an http(s) address`)
  const location = url ?? (file && resolve(pathOf(file)))
  if (hash !== undefined && location === undefined)
    throw usage('--ignition-hash needs --ignition-file or --ignition-url')
  if (location !== undefined && hasAnswers(options))
    throw usage('a config and answers of which one is made cannot be given together')
  const spec: FirstBootSpec = {
    answers: hasAnswers(options) ? await readAnswersLater(surface, options) : undefined,
    ignition: location === undefined ? undefined : { location, hash },
    appendKargs: options.appendKarg,
    deleteKargs: options.deleteKarg,
    consoles: options.console,
    platform: options.ignitionPlatform,
    firstbootArgs: options.firstbootArgs,
    networkDirectory: networkDir && resolve(pathOf(networkDir)),
  }
  if (Object.values(spec).every((each) => each === undefined)) return undefined
  if (options.login === false) spec.acceptNoLogin = true
  const parsed = firstBootSpec.safeParse(spec)
  if (!parsed.success) throw usage(`first boot: ${parsed.error.issues[0]!.message}`)
  return parsed.data
}

/** Loads a YAML parser, which no other write needs. */
async function readAnswersLater(surface: Surface, options: AnswerOptions): Promise<SimpleAnswers> {
  const { readAnswers } = await import('./read-answers.ts')
  return readAnswers(surface, options)
}

const usage = (reason: string) => new KindlingError('usage', { reason })

/**
 * Returns the reasons to doubt the stream of a source. A stream that cannot be read has none here,
 * because the job reports that error.
 */
async function findDoubts(api: Surface['api'], { image, streamBaseUrl }: SourceSpec): Promise<Phrase[]> {
  if (image.kind !== 'stream') return []
  const { stream, release } = image
  const answer = await api.catalog({
    stream,
    ...(release !== undefined && { release }),
    ...(streamBaseUrl !== undefined && { streamBaseUrl }),
  })
  return answer.ok ? answer.value.doubts : []
}
