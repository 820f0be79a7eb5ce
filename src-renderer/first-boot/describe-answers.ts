import type { StaticAddress } from '../../src-shared/simple-answers.ts'
import type { EarlierAnswers } from '../../src-shared/window-api.ts'
import { t } from '../words/index.ts'

interface Answers extends EarlierAnswers {
  passwordHash?: string | null
  address?: StaticAddress | null
}

/** Returns the answers of a first boot for a sentence: login, host name and address. */
export function describeAnswers({ keys, hostname, passwordHash = null, address = null }: Answers): string {
  const names = keys.map(({ name }) => name).join(', ')
  return [
    keys.length > 0 && t('boot.withKeys', { count: keys.length, names }),
    passwordHash !== null && t('boot.withPassword'),
    hostname.trim() !== '' && t('boot.withHostname', { name: hostname.trim() }),
    address !== null && t('boot.withAddress', { address: address.address }),
  ]
    .filter(Boolean)
    .join(', ')
}
