import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { firstBootSpec, type FirstBootSpec } from '../../../src-shared/first-boot.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { hasAnswers, type AnswerOptions } from './answer-options.ts'
import { AnsweredFailure, refuseUsage, type Surface } from './command.ts'
import { confirmFirstBoot } from './confirm.ts'
import { readLiveOptions, type LiveOptions } from './live-options.ts'
import { pathOf } from '../window-arguments.ts'

/** Options of the first boot. The names are those of coreos-installer. */
export interface FirstBootOptions extends AnswerOptions, LiveOptions {
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

export const addConfigOptions = (command: Command): Command =>
  command
    .optionsGroup('First boot:')
    .addOption(new Option('-i, --ignition-file <FILE>', 'the Ignition or Butane config').conflicts(['ignitionUrl']))
    .option('-I, --ignition-url <URL>', 'the same, from an address; http needs --ignition-hash')
    .option('--ignition-hash <HASH>', 'the hash that the config must have, as sha256-… or sha512-…')
    .option('--no-login', 'write it although you could not log in')

/**
 * Returns what to set up for the first boot; undefined if no option asks for anything.
 * @param drives – number of drives; null if none is written
 * @throws usage
 */
export async function readFirstBootOptions(
  surface: Surface,
  options: FirstBootOptions,
  drives: number | null,
): Promise<FirstBootSpec | undefined> {
  const { ignitionFile: file, ignitionUrl: url, ignitionHash: hash, networkDir } = options
  if (url !== undefined && !isWebAddress(url)) refuseUsage(`--ignition-url: ${plain(url)} is not an http(s) address`)
  const location = url ?? (file && resolve(pathOf(file)))
  if (hash !== undefined && location === undefined)
    refuseUsage('--ignition-hash needs --ignition-file or --ignition-url')
  if (location !== undefined && hasAnswers(options)) refuseUsage('give either a config, or answers to make one')
  const spec: FirstBootSpec = {
    answers: hasAnswers(options) ? await readAnswersLater(surface, options, drives) : undefined,
    ignition: location === undefined ? undefined : { location, hash },
    appendKargs: options.appendKarg,
    deleteKargs: options.deleteKarg,
    consoles: options.console,
    platform: options.ignitionPlatform,
    firstbootArgs: options.firstbootArgs,
    networkDirectory: networkDir && resolve(pathOf(networkDir)),
    live: readLiveOptions(options),
  }
  if (Object.values(spec).every((each) => each === undefined)) return undefined
  if (options.login === false) spec.acceptNoLogin = true
  const parsed = firstBootSpec.safeParse(spec)
  if (!parsed.success) refuseUsage(`first boot: ${parsed.error.issues[0]!.message}`)
  return parsed.data
}

/** Loads a YAML parser, which a write without answers does not need. */
async function readAnswersLater(
  surface: Surface,
  options: AnswerOptions,
  drives: number | null,
): Promise<SimpleAnswers> {
  const { readAnswers } = await import('./read-answers.ts')
  return readAnswers(surface, options, drives)
}

/**
 * Asks the user about a first boot that nobody could log in to, or that erases a disk. Without a
 * terminal the job fails.
 * @returns the settings, with what the user agreed to
 * @throws declined; what is wrong with the settings
 */
export async function askAboutFirstBoot(
  { api, streams }: Surface,
  { ...firstBoot }: FirstBootSpec,
): Promise<FirstBootSpec> {
  for (;;) {
    const checked = await api.checkFirstBoot({ firstBoot })
    if (checked.ok) return firstBoot
    const { code } = checked.failure
    if (code === 'config-without-login') firstBoot.acceptNoLogin = true
    else if (code === 'install-unconfirmed') firstBoot.live = { ...firstBoot.live, acceptInstall: true }
    else throw new AnsweredFailure(checked.failure)
    await confirmFirstBoot(checked.failure, streams)
  }
}
