import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConsole } from '../../src-shared/console.ts'
import type { FirstBootSpec } from '../../src-shared/first-boot.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import { isWebAddress } from '../../src-shared/web-address.ts'
import { readSmallFile } from '../files/regular-file.ts'
import { usualAsking } from '../image/plan-source.ts'
import { readProofFile } from '../image/proof/proof-file.ts'
import type { Ports } from '../ports.ts'
import { checkConfig } from '../ignition/check-config.ts'
import { isError } from '../ignition/problem.ts'
import { maxConfig } from '../ignition/recognize.ts'
import { describeProblem, refuseConfig } from '../ignition/refuse-config.ts'
import { checkKeyfile } from './check-keyfile.ts'
import type { FirstBoot } from './first-boot.ts'

/** Maximum size of a keyfile in bytes, and number of keyfiles. */
const [mostKeyfile, mostKeyfiles] = [64 * 1024, 100]

interface Run {
  signal: AbortSignal
  warn: Warn
}

/**
 * Reads and checks the settings of a first boot, before anything is touched.
 * @throws config-invalid, config-hash-differs, config-without-login, keyfile-refused,
 *   first-boot-file-unreadable, usage, and the failures of the network
 */
export async function readFirstBoot(
  ports: Ports,
  { ignition, acceptNoLogin = false, networkDirectory, ...boot }: FirstBootSpec,
  run: Run,
): Promise<FirstBoot> {
  const config = ignition === undefined ? null : await readConfig(ports, ignition, acceptNoLogin, run)
  const keyfiles = networkDirectory === undefined ? [] : await readKeyfiles(networkDirectory)
  const { appendKargs = [], deleteKargs = [], consoles = [], platform = null, firstbootArgs = null } = boot
  return {
    config,
    appendKargs,
    deleteKargs,
    consoles: consoles.map((each) => parseConsole(each)!),
    platform: platform === 'metal' ? null : platform,
    firstbootArgs,
    keyfiles,
  }
}

async function readConfig(
  ports: Ports,
  { location, hash }: NonNullable<FirstBootSpec['ignition']>,
  acceptNoLogin: boolean,
  { signal, warn }: Run,
): Promise<Buffer> {
  if (isWebAddress(location) && hash === undefined && new URL(location).protocol === 'http:')
    throw new KindlingError('usage', { reason: say('config-needs-hash', { url: location }) })
  const bytes = isWebAddress(location) ? await fetchConfig(ports, location, signal) : await read(location, maxConfig)
  if (hash !== undefined) {
    const [algorithm, expected] = hash.toLowerCase().split('-') as [string, string]
    const actual = createHash(algorithm).update(bytes).digest('hex')
    if (actual !== expected) throw new KindlingError('config-hash-differs', { source: location, actual, expected })
  }
  const { problems } = checkConfig(bytes)
  if (problems.some(isError)) throw refuseConfig(location, problems)
  if (!acceptNoLogin && problems.some(({ code }) => code === 'no-login'))
    throw new KindlingError('config-without-login', { file: location })
  for (const problem of problems) warn('config-doubtful', { file: location, problem: describeProblem(problem) })
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
