import type { Drive } from '../../src-shared/drive.ts'
import { nameOf } from './name-of.ts'
import { t } from '../words/index.ts'

/** Returns a sentence saying that chosen drives are gone, or an empty string if none is. */
export function describeGone(drives: Drive[]): string {
  if (drives.length === 0) return ''
  const name = drives.map(nameOf).join(', ')
  if (drives.every(({ identity }) => identity.kind === 'file')) return t('drives.filesGone', { name })
  return t(drives.length === 1 ? 'drives.gone' : 'drives.goneSeveral', { name })
}
