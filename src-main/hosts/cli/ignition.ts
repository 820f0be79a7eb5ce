import { exitCodeOf, KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import { fileRefused } from '../../files/refused-by-system.ts'
import { readSmallFile, TooLargeError } from '../../files/regular-file.ts'
import { makeConfig } from '../../ignition/make-config.ts'
import { createProblem, isError, describeProblem, type Problem } from '../../ignition/problem.ts'
import { maxConfig } from '../../ignition/recognize.ts'
import { readGivenConfig } from '../../ignition/read-given-config.ts'
import { refuseConfig } from '../../ignition/refuse-config.ts'
import { specsOf } from '../../ignition/spec-versions.ts'
import { translateButane } from '../../ignition/translate-butane.ts'
import { refuseUsage, unwrap, type Surface } from './command.ts'
import { ignitionActions, optionsOf, type IgnitionAction, type IgnitionOptions } from './ignition-options.ts'
import { readAnswers } from './read-answers.ts'
import { printFirstBoot } from './print-first-boot.ts'
import { pathOf } from '../window-arguments.ts'

/**
 * Checks, translates or makes a config of the first boot, or shows that of a drive.
 * @param given – names of the options that were given
 */
export async function runIgnition(
  surface: Surface,
  action: IgnitionAction,
  file: string | undefined,
  options: IgnitionOptions,
  given: (keyof IgnitionOptions)[],
): Promise<number> {
  for (const name of given) {
    const actions = ignitionActions.filter((each) => optionsOf[each].includes(name))
    // Options of every command belong to no action.
    if (actions.length > 0 && !actions.includes(action))
      refuseUsage(`${flagOf(name)} is for kindling ignition ${actions.join(' and ')}, not for ${action}`)
  }
  if (action === 'make') {
    if (file !== undefined) refuseUsage('kindling ignition make reads no file')
    return make(surface, options)
  }
  if (action === 'show') {
    if (file !== undefined || options.drive === undefined) refuseUsage('kindling ignition show needs --drive')
    return printFirstBoot(surface, pathOf(options.drive))
  }
  if (file === undefined) refuseUsage(`kindling ignition ${action} needs a FILE`)
  return action === 'check' ? check(surface, file, options) : translate(surface, file, options)
}

const flagOf = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

async function check(surface: Surface, file: string, options: IgnitionOptions): Promise<number> {
  const { output } = surface
  const release = await chooseRelease(surface, options)
  const { version, problems } = readGivenConfig(await readConfig(file), release)
  const accepted = release === null ? '' : `, which release ${release} accepts`
  const text = `${file}: a config of version ${version}${accepted}. ${count(problems.length, 'warning')}.`
  return conclude(output, file, problems, { version, release }, text)
}

async function translate(surface: Surface, file: string, { filesDir }: IgnitionOptions): Promise<number> {
  const { output } = surface
  const { config, problems } = translateButane(await readConfig(file), filesDir ?? null)
  return conclude(output, file, problems, { config }, JSON.stringify(config, null, 2))
}

async function make(surface: Surface, options: IgnitionOptions): Promise<number> {
  const { output } = surface
  const answers = await readAnswers(surface, options, null)
  const { config, butane, problems } = makeConfig(answers, await chooseRelease(surface, options))
  // Lines of the made text mean nothing to the user.
  const placeless = problems.map((problem): Problem => ({ ...problem, place: null, path: [] }))
  const text = options.butane ? butane.trimEnd() : JSON.stringify(config, null, 2)
  return conclude(output, 'made config', placeless, { config, butane }, text)
}

/** Returns the release that shall accept a config; null if none was chosen. */
async function chooseRelease({ api }: Surface, options: IgnitionOptions): Promise<string | null> {
  const { stream, release, streamBaseUrl } = options
  if (release !== undefined) {
    if (stream !== undefined) refuseUsage('--release and --stream cannot be given together')
    if (specsOf(release) === null) refuseUsage(`--release: "${release}" is not a release like 44.20260510.3.0`)
    return release
  }
  if (stream === undefined) {
    if (streamBaseUrl !== undefined) refuseUsage('--stream-base-url needs --stream')
    return null
  }
  const { artifacts } = unwrap(await api.catalog({ stream, streamBaseUrl }))
  // Architectures may be at different releases; the oldest one decides.
  const releases = artifacts.map((each) => each.release).filter((each) => specsOf(each) !== null)
  return releases.toSorted()[0] ?? null
}

/** @throws source-unreadable, file-blocked-by-macos */
async function readConfig(file: string): Promise<Buffer> {
  try {
    return await readSmallFile(file, maxConfig)
  } catch (error) {
    if (error instanceof TooLargeError)
      throw refuseConfig(file, [createProblem('file-too-large', null, [], { most: maxConfig })])
    throw (
      fileRefused(file, error, 'read') ??
      new KindlingError('source-unreadable', { source: file, reason: reasonOf(error) }, { cause: error })
    )
  }
}

/**
 * Reports the problems of a config, and the result if none of them is an error. Returns the exit
 * code.
 * @param result – properties of the last event
 * @param text – result for the user
 */
function conclude(output: Surface['output'], file: string, problems: Problem[], result: object, text: string): number {
  for (const problem of problems) {
    const { severity, place, path } = problem
    const where = place === null ? file : `${file}:${place.line}:${place.column}`
    output.note(
      `${where}: ${severity}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${String(describeProblem(problem))}`,
    )
  }
  const listed = problems.map((problem) => {
    const { severity, code, place, path } = problem
    return {
      severity,
      code,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path,
      message: String(describeProblem(problem)),
    }
  })
  if (problems.some(isError)) {
    const failure = toFailure(refuseConfig(file, problems))
    output.fail(failure, { problems: listed })
    return exitCodeOf(failure.code)
  }
  output.event({ event: 'done', file, ...result, problems: listed })
  output.print(text)
  return 0
}

const count = (number: number, noun: string) =>
  number === 0 ? `No ${noun}s` : `${number} ${noun}${number === 1 ? '' : 's'}`
