import { Scalar, stringify } from 'yaml'
import type { SimpleAnswers } from '../../src-shared/simple-answers.ts'
import { say } from '../../src-shared/phrases.ts'
import { nameConnection, writeKeyfile } from './network-keyfile.ts'
import { firstButane } from './read-shape.ts'
import { nameInButane, type Config, type Unit } from './shapes.ts'
import { refuseConfig } from './refuse-config.ts'
import { safeSpec, specsOf } from './spec-versions.ts'
import { translateButane, type Translation } from './translate-butane.ts'
import { writeUpdateStrategy } from './update-window.ts'

/** Config made from answers, in both languages. */
export interface MadeConfig extends Translation {
  butane: string
}

/** User of every image, who is in the groups of administrators. */
export const imageUser = 'core'

/**
 * Makes a config of answers. It is written in Butane and translated, so that both forms say the
 * same.
 * @param release – release that shall accept it; null for the version that is safe for any
 */
export function makeConfig(answers: SimpleAnswers, release: string | null): MadeConfig {
  const spec = (release === null ? null : specsOf(release)?.certain) ?? safeSpec
  const butane = stringify(
    spellForButane({ variant: 'fcos', version: `1.${firstButane.lastIndexOf(spec)}.0`, ...describe(answers) }),
    { lineWidth: 0 },
  )
  return { butane, ...translateButane(Buffer.from(butane), null) }
}

/**
 * Returns the text of the same config, in both languages.
 * @throws config-invalid
 */
export function makeConfigText(answers: SimpleAnswers, release: string | null): { ignition: string; butane: string } {
  const { config, butane, problems } = makeConfig(answers, release)
  if (config === null) throw refuseConfig(say('config-of-answers'), problems)
  return { ignition: `${JSON.stringify(config, null, 2)}\n`, butane }
}

/** Returns a host name with the number of a drive in place of `{n}`. */
export const numberHostname = (hostname: string | null, number: number): string | null =>
  hostname?.replaceAll('{n}', String(number)) ?? null

function describe(answers: SimpleAnswers): Config {
  const { user, sshKeys, passwordHash, hostname, timezone, address, autologin, updateWindow } = answers
  const isNew = user !== imageUser
  const files = [
    hostname === null ? null : { path: '/etc/hostname', mode: 0o644, text: hostname },
    address && {
      path: `/etc/NetworkManager/system-connections/${nameConnection(address)}.nmconnection`,
      mode: 0o600,
      text: writeKeyfile(address),
    },
    updateWindow && {
      path: '/etc/zincati/config.d/55-updates-strategy.toml',
      mode: 0o644,
      text: writeUpdateStrategy(updateWindow),
    },
  ].filter((file) => file !== null)
  const parts: Config = {}
  if (sshKeys.length > 0 || passwordHash !== null || isNew)
    parts.passwd = {
      users: [
        {
          name: user,
          ...(sshKeys.length > 0 ? { sshAuthorizedKeys: sshKeys } : {}),
          ...(passwordHash === null ? {} : { passwordHash }),
          ...(isNew ? { groups: ['sudo', 'wheel'] } : {}),
        },
      ],
    }
  if (files.length > 0 || timezone !== null) parts.storage = {}
  if (files.length > 0)
    parts.storage!.files = files.map(({ path, mode, text }) => ({
      path,
      mode,
      ...(path === '/etc/hostname' ? { overwrite: true } : {}),
      contents: { inline: text },
    }))
  if (timezone !== null)
    parts.storage!.links = [{ path: '/etc/localtime', target: `../usr/share/zoneinfo/${timezone}` }]
  if (autologin) parts.systemd = { units: [logIn('getty@tty1', user), logIn('serial-getty@ttyS0', user)] }
  return parts
}

/** Returns the drop-in that logs a user in on a console (agetty(8)). */
const logIn = (getty: string, user: string): Unit => ({
  name: `${getty}.service`,
  dropins: [
    {
      name: 'autologin.conf',
      contents: `[Service]\nExecStart=\nExecStart=-/usr/sbin/agetty --autologin ${user} --noclear %I $TERM\n`,
    },
  ],
})

/** Returns the same data with the names of Butane, and with octal modes. */
function spellForButane(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(spellForButane)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      nameInButane(name),
      name === 'mode' ? Object.assign(new Scalar(value), { format: 'OCT' }) : spellForButane(value),
    ]),
  )
}

/** Returns whether useradd(8) accepts a name on Fedora. */
export const isUserName = (text: string): boolean => /^[a-z_][a-z\d_-]{0,30}$/.test(text) && text !== 'root'

/** Returns whether a time zone is known under this name. */
export function isTimezone(text: string): boolean {
  if (!/^[A-Z][\w+-]*(?:\/[A-Z][\w+-]*)*$/.test(text)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
