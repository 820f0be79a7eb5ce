import type { SshKey } from '../../src-shared/ssh-key.ts'
import { t } from '../words/index.ts'

/** Returns the answers of a first boot for a sentence: the names of the keys, and the host name. */
export function describeAnswers({ keys, hostname }: { keys: SshKey[]; hostname: string }): string {
  const names = keys.map(({ name }) => name).join(', ')
  return [
    keys.length > 0 && t('boot.withKeys', { count: keys.length, names }),
    hostname.trim() !== '' && t('boot.withHostname', { name: hostname.trim() }),
  ]
    .filter(Boolean)
    .join(', ')
}
