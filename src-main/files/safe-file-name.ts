import { isPlain } from '../../src-shared/plain.ts'

/** Windows gives these to devices, whatever extension follows ("Naming Files, Paths, and Namespaces"). */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/** Bytes; file systems take 255, and `.sig` and the like come behind. */
const maxBytes = 160

/**
 * A name that somebody else chose, as that of a file on any system: it names a file of its directory and nothing else,
 * is shown by `ls`, and is no option to a command.
 */
export function safeFileName(name: string): string {
  const plainName = [...name].map((character) =>
    /[/\\:*?"<>|]/.test(character) || !isPlain(character) ? '_' : character,
  )
  const safe = shorten(plainName.join(''))
    .replace(/^[\s.~-]+/, '_')
    .replace(/[\s.]+$/, '_')
  if (safe === '' || safe === '_') return 'image'
  return reserved.test(safe) ? `_${safe}` : safe
}

/** The end stays: it says what kind of file it is. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const extension = /(\.[A-Za-z0-9]{1,8}){0,3}$/.exec(name)?.[0] ?? ''
  let start = ''
  for (const character of name)
    if (Buffer.byteLength(start + character + extension) <= maxBytes) start += character
    else break
  return start + extension
}
