import type { StaticAddress } from '../../src-shared/simple-answers.ts'
import type { EarlierAnswers } from '../../src-shared/window-api.ts'
import { t } from '../words/index.ts'

interface Answers extends EarlierAnswers {
  /** Host names of the chosen drives, in place of the pattern. */
  hostnames?: string[]
  passwordHash?: string | null
  address?: StaticAddress | null
}

/** Returns the answers of a first boot for a sentence: login, host name and address. */
export function describeAnswers({ keys, hostname, hostnames, passwordHash = null, address = null }: Answers): string {
  const hosts = hostnames ?? [hostname.trim()].filter((name) => name !== '')
  const names = keys.map(({ name }) => name).join(', ')
  return [
    keys.length > 0 && t('boot.withKeys', { count: keys.length, names }),
    passwordHash !== null && t('boot.withPassword'),
    hosts.length > 0 && t('boot.withHostname', { count: hosts.length, names: shorten(hosts) }),
    address !== null && t('boot.withAddress', { address: address.address }),
  ]
    .filter(Boolean)
    .join(', ')
}

/** Returns at most three names, of which the last one is the last of all. */
const shorten = (names: string[]): string =>
  (names.length <= 3 ? names : [...names.slice(0, 2), '…', ...names.slice(-1)]).join(', ')
