import { text as readAll } from 'node:stream/consumers'
import { exitCodeOf, KindlingError, reasonOf, toFailure } from '../../../src-shared/failure.ts'
import { readSmallFile, TooLargeError } from '../../files/regular-file.ts'
import { checkConfig } from '../../ignition/check-config.ts'
import { hashPassword, isPasswordHash } from '../../ignition/hash-password.ts'
import { imageUser, isHostname, isTimezone, isUserName, makeConfig } from '../../ignition/make-config.ts'
import { parseAddress } from '../../ignition/network-keyfile.ts'
import { createProblem, isError, wordProblem, type Problem } from '../../ignition/problem.ts'
import { maxConfig } from '../../ignition/recognize.ts'
import { refuseConfig } from '../../ignition/refuse-config.ts'
import { specsOf } from '../../ignition/spec-versions.ts'
import { translateButane } from '../../ignition/translate-butane.ts'
import { parseUpdateWindow } from '../../ignition/update-window.ts'
import { refuseUsage, unwrap, type Surface } from './command.ts'
import { ignitionActions, optionsOf, type IgnitionAction, type IgnitionOptions } from './ignition-options.ts'

/**
 * Checks, translates or makes a config of the first boot.
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
  if (file === undefined) refuseUsage(`kindling ignition ${action} needs a FILE`)
  return action === 'check' ? check(surface, file, options) : translate(surface, file, options)
}

const flagOf = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

async function check(surface: Surface, file: string, options: IgnitionOptions): Promise<number> {
  const { output } = surface
  const release = await chooseRelease(surface, options)
  const { version, problems } = checkConfig(await readConfig(file), release)
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
  const { user = imageUser, hostname, timezone, address, updateWindow } = options
  if (!isUserName(user)) refuseUsage(`--user: "${user}" is no name of a user`)
  if (hostname?.includes('{n}'))
    refuseUsage('--hostname: the number of a drive is not known here, so that n in braces has no meaning')
  if (hostname !== undefined && !isHostname(hostname)) refuseUsage(`--hostname: "${hostname}" is no host name`)
  if (timezone !== undefined && !isTimezone(timezone))
    refuseUsage(`--timezone: "${timezone}" is no time zone; give one like Europe/Moscow or UTC`)
  const parsedAddress = address === undefined ? null : parseAddress(address)
  if (address !== undefined && parsedAddress === null)
    refuseUsage(
      `--address: "${address}" must be like 192.0.2.5/24,gateway=192.0.2.1,dns=192.0.2.1,device=52:54:00:12:34:56`,
    )
  const parsedWindow = updateWindow === undefined ? null : parseUpdateWindow(updateWindow)
  if (updateWindow !== undefined && parsedWindow === null)
    refuseUsage(`--update-window: "${updateWindow}" must be like Sat,Sun@22:30+60`)
  const { config, butane, problems } = makeConfig(
    {
      user,
      sshKeys: (await Promise.all(options.sshKey.map(readKeys))).flat(),
      passwordHash: await readPassword(surface, options),
      hostname: hostname ?? null,
      timezone: timezone ?? null,
      address: parsedAddress,
      autologin: options.autologin ?? false,
      updateWindow: parsedWindow,
    },
    await chooseRelease(surface, options),
  )
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
    if (specsOf(release) === null) refuseUsage(`--release: "${release}" is no release like 44.20260510.3.0`)
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

/** @throws source-unreadable */
async function readConfig(file: string): Promise<Uint8Array> {
  try {
    return await readSmallFile(file, maxConfig)
  } catch (error) {
    if (error instanceof TooLargeError)
      throw refuseConfig(file, [createProblem('file-too-large', null, [], { most: maxConfig })])
    throw new KindlingError('source-unreadable', { source: file, reason: reasonOf(error) }, { cause: error })
  }
}

/** Returns the keys of an argument: a key, or a file of keys. */
async function readKeys(given: string): Promise<string[]> {
  const isKey = /^(?:ssh-|ecdsa-|sk-)\S+\s/.test(given)
  let text = given
  if (!isKey) {
    try {
      text = (await readSmallFile(given, 1024 * 1024)).toString()
    } catch (error) {
      refuseUsage(`--ssh-key: "${given}" is neither a public key nor a file that can be read (${reasonOf(error)})`)
    }
  }
  if (/^-----BEGIN .*PRIVATE KEY-----/m.test(text))
    refuseUsage(`--ssh-key: ${given} is a private key; give the public one, ${given}.pub perhaps`)
  const keys = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const odd = keys.find((key) => !/(?:^|\s)(?:ssh-|ecdsa-|sk-)[\w@.-]+\s+AAAA/.test(key))
  if (odd !== undefined || keys.length === 0) refuseUsage(`--ssh-key: ${isKey ? 'this' : given} is no public key`)
  return keys
}

/** Returns the hash of the password, which is read from stdin or was given as a hash. */
async function readPassword({ streams }: Surface, options: IgnitionOptions): Promise<string | null> {
  const { passwordStdin, passwordHash } = options
  if (passwordStdin && passwordHash !== undefined)
    refuseUsage('--password-stdin and --password-hash cannot be given together')
  if (passwordHash !== undefined) {
    if (!isPasswordHash(passwordHash)) refuseUsage('--password-hash: this is no hash of crypt(5), like $y$… or $6$…')
    return passwordHash
  }
  if (!passwordStdin) return null
  if (streams.stdin.isTTY)
    refuseUsage('--password-stdin reads from a pipe or a file, and this is a terminal, which would show the password')
  const password = (await readAll(streams.stdin)).replace(/\r?\n$/, '')
  if (password === '') refuseUsage('--password-stdin: the password is empty')
  if (/[\r\n]/.test(password)) refuseUsage('--password-stdin: a password is one line')
  return hashPassword(password)
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
    output.note(`${where}: ${severity}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${wordProblem(problem)}`)
  }
  const listed = problems.map((problem) => {
    const { severity, code, place, path } = problem
    return {
      severity,
      code,
      line: place?.line ?? null,
      column: place?.column ?? null,
      path,
      message: wordProblem(problem),
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
