import { t } from '../words/index.ts'

/** Returns a sentence saying that chosen drives were unplugged, or an empty string if none was. */
export function describeGone(names: string[]): string {
  if (names.length === 0) return ''
  return t(names.length === 1 ? 'drives.gone' : 'drives.goneSeveral', { name: names.join(', ') })
}
