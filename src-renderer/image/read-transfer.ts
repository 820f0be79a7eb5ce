import type { OpenedImage } from '../../src-shared/window-api.ts'

/** Reads an image from a paste, unless the paste went into a text field or a dialog. */
export function readPaste(event: ClipboardEvent, pathOf: (file: File) => string): OpenedImage | null {
  if (event.target instanceof Element && event.target.closest('input, textarea, [role="dialog"], [role="alertdialog"]'))
    return null
  return readTransfer(event.clipboardData, pathOf)
}

/**
 * Returns the image that is dropped or pasted: a file, a file path or `file:` URL, or a web
 * address, such as a dragged link. Null for any other content.
 * @param pathOf – returns the path of a file on this machine, or an empty string for other files
 */
export function readTransfer(data: DataTransfer | null, pathOf: (file: File) => string): OpenedImage | null {
  const file = data?.files[0]
  const path = file && pathOf(file)
  if (path) return { kind: 'file', path }
  // A line that starts with # is a comment (RFC 2483, section 5).
  const links = data?.getData('text/uri-list').split(/\r?\n/) ?? []
  return readImageText(links.find((line) => /^[^#]/.test(line)) ?? data?.getData('text/plain') ?? '')
}

/**
 * Parses one line of text as a path or an address. A path may be in quotes, as file managers copy
 * it.
 */
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
