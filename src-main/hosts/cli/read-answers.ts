import { isUtf8 } from 'node:buffer'
import { buffer as readAll } from 'node:stream/consumers'
import { reasonOf } from '../../../src-shared/failure.ts'
import { isHostname } from '../../../src-shared/is-hostname.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { hashPassword, isPasswordHash } from '../../ignition/hash-password.ts'
import { imageUser, isTimezone, isUserName } from '../../ignition/make-config.ts'
import { parseAddress } from '../../ignition/network-keyfile.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { parseUpdateWindow } from '../../ignition/update-window.ts'
import type { AnswerOptions } from './answer-options.ts'
import { refuseUsage, type Surface } from './command.ts'

/**
 * Reads and checks the answers of which a config is made.
 * @param drives – number of drives, each of which may have a host name of its own; null if the
 *   config is not for a drive
 * @throws usage
 */
export async function readAnswers(
  surface: Surface,
  options: AnswerOptions,
  drives: number | null,
): Promise<SimpleAnswers> {
  const { user = imageUser, hostname: hostnames = [], timezone, address, updateWindow } = options
  if (!isUserName(user)) refuseUsage(`--user: "${user}" is not a user name`)
  for (const name of hostnames) if (!isHostname(name)) refuseUsage(`--hostname: "${name}" is not a host name`)
  if (drives === null && hostnames.some((name) => name.includes('{n}')))
    refuseUsage('--hostname: the number of a drive is not known here, so that n in braces has no meaning')
  if (hostnames.length > 1 && hostnames.length !== drives)
    refuseUsage(
      drives === null || drives === 1
        ? '--hostname is given more than once'
        : `--hostname: give one name, or one for each of the ${drives} drives`,
    )
  if (timezone !== undefined && !isTimezone(timezone))
    refuseUsage(`--timezone: "${timezone}" is not a time zone like Europe/Moscow or UTC`)
  const parsedAddress = address === undefined ? null : parseAddress(address)
  if (address !== undefined && parsedAddress === null)
    refuseUsage(
      `--address: "${address}" must be like 192.0.2.5/24,gateway=192.0.2.1,dns=192.0.2.1,device=52:54:00:12:34:56`,
    )
  const parsedWindow = updateWindow === undefined ? null : parseUpdateWindow(updateWindow)
  if (updateWindow !== undefined && parsedWindow === null)
    refuseUsage(`--update-window: "${updateWindow}" must be like Sat,Sun@22:30+60`)
  return {
    user,
    sshKeys: (await Promise.all((options.sshKey ?? []).map(readKeys))).flat(),
    passwordHash: await readPassword(surface, options),
    hostname: hostnames[0] ?? null,
    timezone: timezone ?? null,
    address: parsedAddress,
    autologin: options.autologin ?? false,
    updateWindow: parsedWindow,
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
  const keys = readSshKeys(text)
  if (keys === 'private-key')
    refuseUsage(`--ssh-key: ${given} is a private key; give the public one, ${given}.pub perhaps`)
  if (keys === 'no-key') refuseUsage(`--ssh-key: ${isKey ? 'this' : given} is not a public key, or it was cut off`)
  return keys.map(({ line }) => line)
}

/** Maximum length of a password in bytes, for which crypt(3) of the system has room. */
const mostPassword = 511

/** Returns the hash of the password, which is read from stdin or was given as a hash. */
async function readPassword({ streams }: Surface, options: AnswerOptions): Promise<string | null> {
  const { passwordStdin, passwordHash } = options
  if (passwordStdin && passwordHash !== undefined)
    refuseUsage('--password-stdin and --password-hash cannot be given together')
  if (passwordHash !== undefined) {
    if (!isPasswordHash(passwordHash)) refuseUsage('--password-hash: this is not a hash of crypt(5), like $y$… or $6$…')
    return passwordHash
  }
  if (!passwordStdin) return null
  if (streams.stdin.isTTY)
    refuseUsage('--password-stdin reads from a pipe or a file, and this is a terminal, which would show the password')
  const bytes = await readAll(streams.stdin)
  // A console of Fedora CoreOS is UTF-8. Other bytes would become U+FFFD here.
  if (!isUtf8(bytes)) refuseUsage('--password-stdin: the password is not valid UTF-8')
  const password = bytes.toString().replace(/\r?\n$/, '')
  if (password === '') refuseUsage('--password-stdin: the password is empty')
  if (/[\r\n]/.test(password)) refuseUsage('--password-stdin: a password is one line')
  if (/\p{Cc}/u.test(password)) refuseUsage('--password-stdin: the password has a control character')
  if (Buffer.byteLength(password) > mostPassword)
    refuseUsage(`--password-stdin: the password is longer than ${mostPassword} bytes`)
  return hashPassword(password)
}
