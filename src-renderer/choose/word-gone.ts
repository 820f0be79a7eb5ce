import { t } from '../words/index.ts'

/** That chosen drives were unplugged; empty when none was. */
export function wordGone(names: string[]): string {
  if (names.length === 0) return ''
  return t(names.length === 1 ? 'drives.gone' : 'drives.goneSeveral', { name: names.join(', ') })
}
