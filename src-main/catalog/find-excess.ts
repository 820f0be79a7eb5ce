import { say, type Phrase } from '../../src-shared/phrases.ts'
/** Of a stream's metadata; the published files have under ten levels and a few thousand values. */
const maxLevels = 64
const maxValues = 200_000

/**
 * Why a JSON text is larger than any that is meant well, and where: told before it is parsed, since what it becomes may
 * take a hundred times its bytes. Null when it is not.
 */
export function findExcess(text: string): { offset: number; reason: Phrase } | null {
  let levels = 0
  let values = 0
  let inString = false
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset]
    if (character === '"') inString = !inString
    else if (inString) {
      if (character === '\\') offset++
    } else if (character === '{' || character === '[') {
      values++
      if (++levels > maxLevels) return { offset, reason: say('too-many-levels', { most: maxLevels }) }
    } else if (character === '}' || character === ']') levels--
    else if (character === ',' || character === ':') values++
    if (values > maxValues) return { offset, reason: say('too-many-values', { most: maxValues }) }
  }
  return null
}
