import { X509Certificate } from 'node:crypto'
import { basename } from 'node:path'
import { parseConsole } from '../../src-shared/console.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { LiveSpec } from '../../src-shared/first-boot.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { Warn } from '../../src-shared/warnings.ts'
import { maxConfig } from '../ignition/recognize.ts'
import { describeProblem } from '../ignition/problem.ts'
import { parseYaml } from '../ignition/source-tree.ts'
import { checkKeyfile, warnOfKeyfileName } from './check-keyfile.ts'
import type { InstallerConfig, LiveSettings, NamedFile } from './first-boot.ts'
import { releaseDisk } from './release-disk.ts'
import { mostKeyfile, readGiven } from './read-given.ts'

/** Maximum size of a script, certificate or installer's config, in bytes. */
const mostFile = 1024 * 1024
/** Names of devices that stay the same when disks are added (systemd's udev rules, multipath). */
const stableDevice = /^\/dev\/(?:disk\/by-|mapper\/)/

/** Config with the path that it was read from. */
export interface GivenConfig {
  file: Said
  bytes: Buffer
}

export interface LiveReading {
  settings: Omit<LiveSettings, 'configs' | 'destConfigs'>
  /** Configs of the live system, and of the installed one. */
  configs: GivenConfig[]
  destConfigs: GivenConfig[]
  /** Whether the installed system may be of another release than the live system. */
  installsOther: boolean
}

/**
 * Reads and checks the settings of a live system, but for the contents of its Ignition configs.
 * @throws live-file-refused, keyfile-refused, first-boot-file-unreadable, install-unconfirmed,
 *   usage
 */
export async function readLiveSettings(spec: LiveSpec, warn: Warn): Promise<LiveReading> {
  const { appendKargs = [], destDevice = null, destConsoles = [], reboot = false } = spec
  const scripts = async (paths: string[] = []) => (await readFiles(paths)).map(requireScript)
  const ownScripts = spec.destWipe && destDevice !== null ? [releaseDisk(destDevice)] : []
  const taken = spec.preInstall?.find((path) => basename(path) === ownScripts[0]?.name)
  if (taken !== undefined) throw refuse(taken, say('name-twice'))
  const installerConfigs = (await readFiles(spec.installerConfigs)).map(readInstallerConfig)
  const device = destDevice ?? installerConfigs.find((each) => each.device)?.device ?? findDevice(appendKargs)
  const installs = device !== null || installerConfigs.length > 0
  requireInstallation(spec, installs)
  if (installs && spec.acceptInstall !== true)
    throw new KindlingError('install-unconfirmed', { device: device ?? say('disk-of-installer') })
  if (device !== null && !stableDevice.test(device)) warn('dest-device-moves', { device })
  const destConfigs = await readConfigs(spec.destIgnition)
  return {
    settings: {
      appendKargs,
      deleteKargs: spec.deleteKargs ?? [],
      replaceKargs: spec.replaceKargs ?? [],
      keyfiles: await readKeyfiles(spec.keyfiles, warn),
      installs,
      destDevice,
      destAppendKargs: spec.destAppendKargs ?? [],
      destDeleteKargs: spec.destDeleteKargs ?? [],
      destConsoles: destConsoles.map((each) => parseConsole(each)!.karg),
      preInstall: [...ownScripts, ...(await scripts(spec.preInstall))],
      postInstall: await scripts(spec.postInstall),
      certificates: (await readFiles(spec.certificates)).map(requireCertificate),
      installerConfigs,
      reboot,
    },
    configs: await readConfigs(spec.ignition),
    destConfigs,
    installsOther: choosesImage(appendKargs, installerConfigs),
  }
}

/** Finds the disk that the kernel arguments of a live system name to its installer. */
const findDevice = (kargs: string[]): string | null =>
  /(?:^|\s)coreos\.inst\.install_dev=(\S+)/.exec(kargs.join(' '))?.[1]?.replace(/^(?!\/)/, '/dev/') ?? null

/** Returns whether the installer takes another image than that in the live system. */
const choosesImage = (kargs: string[], configs: InstallerConfig[]): boolean =>
  /(?:^|\s)coreos\.inst\.(?:stream|image_url)=/.test(kargs.join(' ')) ||
  configs.some(({ directives }) => directives.some((each) => ['stream', 'image-url', 'image-file'].includes(each)))

/** Refuses settings of an installation that nothing starts. */
function requireInstallation(spec: LiveSpec, installs: boolean): void {
  const { destIgnition, destAppendKargs, destDeleteKargs, destConsoles } = spec
  const given = [destIgnition, destAppendKargs, destDeleteKargs, destConsoles].some((each) => each?.length)
  if ((given && !installs) || (spec.destWipe && spec.destDevice === undefined))
    throw new KindlingError('usage', { reason: say('nothing-installs', { option: '--dest-device' }) })
}

const readConfigs = (paths: string[] = []): Promise<GivenConfig[]> =>
  Promise.all(paths.map(async (file) => ({ file, bytes: await readGiven(file, maxConfig) })))

/** @throws live-file-refused for equal names */
async function readFiles(paths: string[] = [], most = mostFile): Promise<NamedFile[]> {
  const names = paths.map((path) => basename(path))
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) throw refuse(paths[index]!, say('name-twice'))
    if (!/^[\w.-]+$/.test(name)) throw refuse(paths[index]!, say('name-not-plain'))
  })
  return Promise.all(paths.map(async (path, index) => ({ name: names[index]!, bytes: await readGiven(path, most) })))
}

async function readKeyfiles(paths: string[] = [], warn: Warn): Promise<NamedFile[]> {
  const keyfiles = await readFiles(paths, mostKeyfile)
  for (const { bytes, name } of keyfiles) {
    checkKeyfile(bytes, name)
    warnOfKeyfileName(name, warn)
  }
  return keyfiles
}

/** Requires a file that the kernel can run: a script with an interpreter, or an ELF program. */
function requireScript(script: NamedFile): NamedFile {
  if (!/^(?:#!|\x7fELF)/.test(script.bytes.toString('latin1', 0, 4))) throw refuse(script.name, say('no-interpreter'))
  return script
}

/** Requires a certificate in PEM, the only form that Ignition reads. */
function requireCertificate(certificate: NamedFile): NamedFile {
  try {
    const { fingerprint256 } = new X509Certificate(certificate.bytes)
    if (fingerprint256 !== '' && certificate.bytes.includes('-----BEGIN CERTIFICATE-----')) return certificate
  } catch (error) {
    throw refuse(certificate.name, say('no-certificate'), error)
  }
  throw refuse(certificate.name, say('no-certificate'))
}

/** Reads the options that a config of the installer sets, and its disk. */
function readInstallerConfig(file: NamedFile): InstallerConfig & { device: string | null } {
  const { node, problem } = parseYaml(file.bytes.toString())
  if (node === null) throw refuse(file.name, describeProblem(problem))
  if (node.kind !== 'map') throw refuse(file.name, say('no-installer-config'))
  const device = node.entries.find(({ key }) => key === 'dest-device')?.value
  return {
    ...file,
    directives: node.entries.map(({ key }) => key),
    device: device?.kind === 'scalar' ? device.text : null,
  }
}

const refuse = (file: string, reason: Said, cause?: unknown) =>
  new KindlingError('live-file-refused', { file, reason }, { cause })
