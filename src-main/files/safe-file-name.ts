import { isPlain } from '../../src-shared/plain.ts'

/** Names of devices on Windows, with any extension ("Naming Files, Paths, and Namespaces"). */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i

/** Maximum length in bytes. File systems allow 255; suffixes such as `.sig` are added later. */
const maxBytes = 160

/**
 * Turns an untrusted name into a safe file name on any system. The result names a file in its
 * directory, never a path or a device. It is not hidden by `ls`, and is not mistaken for an option
 * of a command.
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

/** Shortens a name, but keeps the extension, which tells the kind of the file. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxBytes) return name
  const extension = /(\.[A-Za-z0-9]{1,8}){0,3}$/.exec(name)?.[0] ?? ''
  let start = ''
  for (const character of name)
    if (Buffer.byteLength(start + character + extension) <= maxBytes) start += character
    else break
  return start + extension
}
