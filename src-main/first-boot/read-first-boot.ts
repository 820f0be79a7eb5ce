import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseConsole } from '../../src-shared/console.ts'
import type { FirstBootSpec } from '../../src-shared/first-boot.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import { isWebAddress } from '../../src-shared/web-address.ts'
import { usualAsking } from '../image/plan-source.ts'
import { readProofFile } from '../image/proof/proof-file.ts'
import type { Ports } from '../ports.ts'
import { checkConfig } from '../ignition/check-config.ts'
import { makeConfigText, numberHostname } from '../ignition/make-config.ts'
import { readGivenConfig } from '../ignition/read-given-config.ts'
import { isError, type Problem } from '../ignition/problem.ts'
import { maxConfig } from '../ignition/recognize.ts'
import { locateProblem, refuseConfig } from '../ignition/refuse-config.ts'
import { checkKeyfile, warnOfKeyfileName } from './check-keyfile.ts'
import type { FirstBoot, NamedFile } from './first-boot.ts'
import { makeLiveBoot } from './make-live-boot.ts'
import { requireForGrub } from './require-for-grub.ts'
import { fileUnreadable, mostKeyfile, readGiven } from './read-given.ts'
import { readLiveSettings, type GivenConfig } from './read-live-settings.ts'

/** Maximum number of keyfiles in a folder. */
const mostKeyfiles = 100

interface Run {
  signal: AbortSignal
  warn: Warn
}

/** Image and drives of a first boot. */
interface Purpose {
  /** Release that shall accept the config; null if it is not known. */
  release: string | null
  /** Host name of each drive; undefined for that of the answers. */
  hostnames: (string | undefined)[]
}

/**
 * Reads and checks the settings of a first boot, before anything is touched.
 * @returns the settings for each drive
 * @throws config-invalid, config-hash-differs, config-without-login, keyfile-refused,
 *   first-boot-file-unreadable, live-file-refused, install-unconfirmed, usage, and the failures of
 *   the network
 */
export async function readFirstBoot(
  ports: Ports,
  { ignition, answers, acceptNoLogin = false, networkDirectory, live, ...boot }: FirstBootSpec,
  { release, hostnames }: Purpose,
  run: Run,
): Promise<FirstBoot[]> {
  const file = ignition?.location ?? say('config-of-answers')
  const reading = live && (await readLiveSettings(live, run.warn))
  const installs = reading?.settings.installs ?? false
  // The installer copies its config as it is (`src/install.rs` of coreos-installer). The installed
  // release reads it.
  const lastingRelease = installs && reading!.installsOther ? null : release
  const made = hostnames.map((hostname, index) => {
    if (answers === undefined) return null
    const name = numberHostname(hostname ?? answers.hostname, index + 1)
    const { ignition } = makeConfigText({ ...answers, hostname: name }, lastingRelease)
    return { bytes: Buffer.from(ignition), hostname: name }
  })
  warnOfEqualNames(
    made.flatMap((each) => each?.hostname ?? []),
    run,
  )
  const bytes = ignition === undefined ? made[0]?.bytes : await readConfig(ports, ignition, run)
  // The configs of answers differ in the host name alone.
  const own = checkConfigs(bytes === undefined ? [] : [{ file, bytes }], lastingRelease)
  const ofLive = checkConfigs(reading?.configs ?? [], release)
  const ofDest = checkConfigs(reading?.destConfigs ?? [], lastingRelease)
  let lasting = [...own, ...(installs ? ofDest : ofLive)]
  if (lasting.some(({ problems }) => !problems.some(isNoLogin))) lasting = lasting.map(withoutLogin)
  else if (lasting[0] && !acceptNoLogin) throw new KindlingError('config-without-login', { file: lasting[0].file })
  // A live system that installs another needs no login.
  const passing = installs ? ofLive.map(withoutLogin) : []
  for (const { file, problems } of [...passing, ...lasting])
    for (const problem of problems) run.warn('config-doubtful', { file, problem: locateProblem(problem) })
  if (installs && lasting.length === 0 && reading!.settings.installerConfigs.length === 0)
    run.warn('dest-without-config')
  const keyfiles = networkDirectory === undefined ? [] : await readKeyfiles(networkDirectory, run.warn)
  const { appendKargs = [], deleteKargs = [], consoles = [], platform = null, firstbootArgs = null } = boot
  requireForGrub([...appendKargs, ...(live?.destAppendKargs ?? []), firstbootArgs ?? ''])
  const settings = reading && {
    ...reading.settings,
    configs: ofLive.map(({ bytes }) => bytes),
    destConfigs: ofDest.map(({ bytes }) => bytes),
  }
  const firstBoots = made.map((each) => ({
    config: each?.bytes ?? own[0]?.bytes ?? null,
    hostname: each?.hostname ?? null,
    appendKargs,
    deleteKargs,
    consoles: consoles.map((each) => parseConsole(each)!),
    platform: platform === 'metal' ? null : platform,
    firstbootArgs,
    keyfiles,
    live: settings ?? null,
  }))
  if (settings) requireMade(makeLiveBoot(firstBoots[0]!).config, release)
  return firstBoots
}

/** Warns of a host name that several drives get. Capital letters do not tell names apart. */
function warnOfEqualNames(hostnames: string[], run: Pick<Run, 'warn'>): void {
  const counts = new Map<string, number>()
  for (const name of hostnames.map((each) => each.toLowerCase())) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [hostname, count] of counts) if (count > 1) run.warn('hostname-shared', { count, hostname })
}

/** Ignition config without an error. */
interface Checked extends GivenConfig {
  problems: Problem[]
}

/**
 * Checks configs, and translates those in Butane.
 * @throws config-invalid
 */
const checkConfigs = (configs: GivenConfig[], release: string | null): Checked[] =>
  configs.map(({ file, bytes: given }) => {
    const { bytes, problems } = readGivenConfig(given, release)
    if (bytes === null || problems.some(isError)) throw refuseConfig(file, problems)
    return { file, bytes, problems }
  })

const isNoLogin = ({ code }: Problem) => code === 'no-login'

const withoutLogin = ({ problems, ...config }: Checked): Checked => ({
  ...config,
  problems: problems.filter((each) => !isNoLogin(each)),
})

/**
 * Checks the config that was made around those that were given: its version may be too new for the
 * release.
 * @throws config-invalid
 */
function requireMade(config: Buffer | null, release: string | null): void {
  const { problems } = config === null ? { problems: [] } : checkConfig(config, release)
  if (problems.some(isError)) throw refuseConfig(say('config-of-installation'), problems)
}

async function readConfig(
  ports: Ports,
  { location, hash }: NonNullable<FirstBootSpec['ignition']>,
  { signal }: Run,
): Promise<Buffer> {
  if (isWebAddress(location) && hash === undefined && new URL(location).protocol === 'http:')
    throw new KindlingError('usage', { reason: say('config-needs-hash', { url: location }) })
  const bytes = isWebAddress(location)
    ? await fetchConfig(ports, location, signal)
    : await readGiven(location, maxConfig)
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
 * Reads every regular file of a folder, as coreos-installer does with `--network-dir`. Links are
 * followed, but folders are left out.
 */
async function readKeyfiles(directory: string, warn: Warn): Promise<NamedFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw fileUnreadable(directory, error)
  })
  const names: string[] = []
  for (const entry of entries) {
    const path = join(directory, entry.name)
    const isFile = entry.isSymbolicLink()
      ? (await stat(path).catch((error: unknown) => Promise.reject(fileUnreadable(path, error)))).isFile()
      : entry.isFile()
    if (isFile) names.push(entry.name)
  }
  if (names.length === 0 || names.length > mostKeyfiles)
    throw new KindlingError('usage', { reason: say('keyfiles-of', { directory, count: names.length }) })
  const keyfiles: NamedFile[] = []
  for (const name of names.toSorted()) {
    const bytes = await readGiven(join(directory, name), mostKeyfile)
    checkKeyfile(bytes, name)
    warnOfKeyfileName(name, warn)
    keyfiles.push({ name, bytes })
  }
  return keyfiles
}
