import type { OpenedImage } from '../../src-shared/window-api.ts'

/** Reads what was pasted anywhere but in a field. */
export function readPaste(event: ClipboardEvent, pathOf: (file: File) => string): OpenedImage | null {
  if (event.target instanceof Element && event.target.closest('input, textarea, [role="dialog"], [role="alertdialog"]'))
    return null
  return readTransfer(event.clipboardData, pathOf)
}

/**
 * The image that is pasted or dropped: a file, its path or its address, or an address of the web, as a link that is dragged
 * has it. Null for anything else.
 * @param pathOf answers the path of a file of this machine, else an empty text
 */
export function readTransfer(data: DataTransfer | null, pathOf: (file: File) => string): OpenedImage | null {
  const file = data?.files[0]
  const path = file && pathOf(file)
  if (path) return { kind: 'file', path }
  // A line with # is a comment (RFC 2483, 5).
  const links = data?.getData('text/uri-list').split(/\r?\n/) ?? []
  return readImageText(links.find((line) => /^[^#]/.test(line)) ?? data?.getData('text/plain') ?? '')
}

/** A path, in the quotes of a file manager perhaps, or an address; one line of it. */
export function readImageText(pasted: string): OpenedImage | null {
  const text = pasted.trim().replace(/^(["'])(.*)\1$/, '$2')
  if (text === '' || text.length > 4096 || /[\r\n]/.test(text)) return null
  if (/^https?:\/\/./i.test(text) && URL.canParse(text)) return { kind: 'url', url: text }
  if (/^file:\/\/\//i.test(text)) return nameFile(text)
  return /^(?:\/|[a-z]:[\\/]|\\\\)/i.test(text) ? { kind: 'file', path: text } : null
}

function nameFile(address: string): OpenedImage | null {
  try {
    const path = decodeURIComponent(new URL(address).pathname)
    return { kind: 'file', path: /^\/[a-z]:/i.test(path) ? path.slice(1) : path }
  } catch {
    return null
  }
}
