import { say, type Phrase } from '../../src-shared/phrases.ts'

/**
 * Limits of a stream's metadata. The published files have fewer than ten levels and a few thousand
 * values.
 */
const maxLevels = 64
const maxValues = 200_000

/**
 * Names the limit that a JSON text exceeds, or returns null. The check precedes parsing, because
 * the parsed value may take a hundred times the memory of the text.
 */
export function findJsonExcess(text: string): Phrase | null {
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
      if (++levels > maxLevels) return say('too-many-levels', { most: maxLevels })
    } else if (character === '}' || character === ']') levels--
    else if (character === ',' || character === ':') values++
    if (values > maxValues) return say('too-many-values', { most: maxValues })
  }
  return null
}
