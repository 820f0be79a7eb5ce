import type { Drive } from '../../src-shared/drive.ts'
import { nameOf } from './name-of.ts'
import { t } from '../words/index.ts'

/** Returns a sentence saying that chosen drives were unplugged, or an empty string if none was. */
export function describeGone(drives: Drive[]): string {
  if (drives.length === 0) return ''
  return t(drives.length === 1 ? 'drives.gone' : 'drives.goneSeveral', { name: drives.map(nameOf).join(', ') })
}
