import type { OpenedImage } from '../../src-shared/window-api.ts'

/**
 * The image that a paste means: a file, its path or its address, or an address of the web. Null for anything else, and for
 * what is pasted into a field.
 * @param pathOf answers the path of a file of this machine, else an empty text
 */
export function readPaste(event: ClipboardEvent, pathOf: (file: File) => string): OpenedImage | null {
  if (event.target instanceof Element && event.target.closest('input, textarea, [role="dialog"], [role="alertdialog"]'))
    return null
  const file = event.clipboardData?.files[0]
  const path = file && pathOf(file)
  return path ? { kind: 'file', path } : readImageText(event.clipboardData?.getData('text/plain') ?? '')
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
