import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConsole } from '../../src-shared/console.ts'
import type { FirstBootSpec } from '../../src-shared/first-boot.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { SimpleAnswers } from '../../src-shared/simple-answers.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import { isWebAddress } from '../../src-shared/web-address.ts'
import { readSmallFile } from '../files/regular-file.ts'
import { usualAsking } from '../image/plan-source.ts'
import { readProofFile } from '../image/proof/proof-file.ts'
import type { Ports } from '../ports.ts'
import { checkConfig } from '../ignition/check-config.ts'
import { makeConfig } from '../ignition/make-config.ts'
import { isError } from '../ignition/problem.ts'
import { maxConfig } from '../ignition/recognize.ts'
import { locateProblem, refuseConfig } from '../ignition/refuse-config.ts'
import { checkKeyfile } from './check-keyfile.ts'
import type { FirstBoot } from './first-boot.ts'

/** Maximum size of a keyfile in bytes, and number of keyfiles. */
const [mostKeyfile, mostKeyfiles] = [64 * 1024, 100]

interface Run {
  signal: AbortSignal
  warn: Warn
}

/** Image and drives of a first boot. */
interface Purpose {
  /** Release that shall accept the config; null if it is not known. */
  release: string | null
  /** Number of drives. */
  drives: number
}

/**
 * Reads and checks the settings of a first boot, before anything is touched.
 * @returns the settings for each drive
 * @throws config-invalid, config-hash-differs, config-without-login, keyfile-refused,
 *   first-boot-file-unreadable, usage, and the failures of the network
 */
export async function readFirstBoot(
  ports: Ports,
  { ignition, answers, acceptNoLogin = false, networkDirectory, ...boot }: FirstBootSpec,
  { release, drives }: Purpose,
  run: Run,
): Promise<FirstBoot[]> {
  const location = ignition?.location ?? say('config-of-answers')
  const configs = Array.from({ length: drives }, (_, index) =>
    answers === undefined ? null : makeBytes(answers, release, index + 1),
  )
  if (ignition !== undefined) configs.fill(await readConfig(ports, ignition, run))
  // The configs of answers differ in the host name alone.
  if (configs[0]) requireConfig(configs[0], location, { release, acceptNoLogin, warn: run.warn })
  const keyfiles = networkDirectory === undefined ? [] : await readKeyfiles(networkDirectory)
  const { appendKargs = [], deleteKargs = [], consoles = [], platform = null, firstbootArgs = null } = boot
  return configs.map((config) => ({
    config,
    appendKargs,
    deleteKargs,
    consoles: consoles.map((each) => parseConsole(each)!),
    platform: platform === 'metal' ? null : platform,
    firstbootArgs,
    keyfiles,
  }))
}

/** @throws config-invalid */
function makeBytes(answers: SimpleAnswers, release: string | null, number: number): Buffer {
  const { config, problems } = makeConfig(answers, release, number)
  if (config === null) throw refuseConfig(say('config-of-answers'), problems)
  return Buffer.from(`${JSON.stringify(config, null, 2)}\n`)
}

/**
 * Checks a config, and warns of what is doubtful in it.
 * @throws config-invalid, config-without-login
 */
function requireConfig(
  bytes: Buffer,
  file: Said,
  { release, acceptNoLogin, warn }: Pick<Run, 'warn'> & { release: string | null; acceptNoLogin: boolean },
): void {
  const { problems } = checkConfig(bytes, release)
  if (problems.some(isError)) throw refuseConfig(file, problems)
  if (!acceptNoLogin && problems.some(({ code }) => code === 'no-login'))
    throw new KindlingError('config-without-login', { file })
  for (const problem of problems) warn('config-doubtful', { file, problem: locateProblem(problem) })
}

async function readConfig(
  ports: Ports,
  { location, hash }: NonNullable<FirstBootSpec['ignition']>,
  { signal }: Run,
): Promise<Buffer> {
  if (isWebAddress(location) && hash === undefined && new URL(location).protocol === 'http:')
    throw new KindlingError('usage', { reason: say('config-needs-hash', { url: location }) })
  const bytes = isWebAddress(location) ? await fetchConfig(ports, location, signal) : await read(location, maxConfig)
  if (hash !== undefined) {
    const [algorithm, expected] = hash.toLowerCase().split('-') as [string, string]
    const actual = createHash(algorithm).update(bytes).digest('hex')
    if (actual !== expected) throw new KindlingError('config-hash-differs', { source: location, actual, expected })
  }
  return bytes
}

async function fetchConfig(ports: Ports, location: string, signal: AbortSignal): Promise<Buffer> {
  const limits = { ...usualAsking, maxBytes: maxConfig, signal }
  const file = await readProofFile(ports, location, limits)
  if (file === null || file.isPage)
    throw new KindlingError('config-invalid', { file: location, problems: say(file ? 'web-page' : 'not-there') })
  return Buffer.from(file.bytes)
}

/**
 * Reads every regular file of a folder, as coreos-installer does with `--network-dir`. Folders in
 * it are left out.
 */
async function readKeyfiles(directory: string): Promise<FirstBoot['keyfiles']> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(directory, error)
  })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  if (names.length === 0 || names.length > mostKeyfiles)
    throw new KindlingError('usage', { reason: say('keyfiles-of', { directory, count: names.length }) })
  const keyfiles: FirstBoot['keyfiles'] = []
  for (const name of names.toSorted()) {
    const bytes = await read(join(directory, name), mostKeyfile)
    checkKeyfile(bytes, name)
    keyfiles.push({ name, bytes })
  }
  return keyfiles
}

const read = (path: string, most: number): Promise<Buffer> =>
  readSmallFile(path, most).catch((error: unknown) => {
    throw unreadable(path, error)
  })

const unreadable = (file: string, error: unknown) =>
  new KindlingError('first-boot-file-unreadable', { file, reason: reasonOf(error) }, { cause: error })
