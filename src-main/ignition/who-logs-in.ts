import { decodeDataUrl } from './data-url.ts'
import type { Config } from './shapes.ts'
import { isCutOff } from './ssh-keys.ts'

/**
 * Returns whether somebody could log in to the system that a config makes: a user has a key or a
 * password, or a console logs in by itself. A config that is fetched from elsewhere may do it, too.
 */
export function letsSomebodyIn({ ignition = {}, passwd = {}, storage = {}, systemd = {} }: Config): boolean {
  const { merge = [], replace } = ignition.config ?? {}
  if (merge.length > 0 || replace?.source) return true
  const isLogin = (text: string | undefined) => /\bagetty\b.*(?:--autologin|\s-a)\b/.test(text ?? '')
  return (
    usersWithKey({ passwd }).length > 0 ||
    (passwd.users ?? []).some(({ passwordHash = '' }) => passwordHash.startsWith('$')) ||
    (systemd.units ?? []).some(
      ({ mask, contents, dropins = [] }) => !mask && [contents, ...dropins.map((each) => each.contents)].some(isLogin),
    ) ||
    (storage.files ?? []).some(
      ({ path = '', contents }) =>
        /\/authorized_keys(?:\.d\/|$)/.test(path) ||
        (/getty@/.test(path) && isLogin(contents?.source && textOf(contents.source))),
    )
  )
}

/** Returns the names of the users who have an SSH key. */
export const usersWithKey = ({ passwd = {} }: Config): string[] =>
  (passwd.users ?? [])
    .filter(({ sshAuthorizedKeys = [] }) => sshAuthorizedKeys.some((keys) => keys.split('\n').some(isKey)))
    .map(({ name = '' }) => name)

const isKey = (line: string) => !/^\s*(?:#|$)/.test(line) && !isCutOff(line)

function textOf(source: string): string {
  try {
    return decodeDataUrl(source).toString()
  } catch {
    return ''
  }
}
