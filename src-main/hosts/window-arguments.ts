import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFileUrl } from '../../src-shared/file-url.ts'
import type { OpenedImage } from '../../src-shared/window-api.ts'

/** Option for a disk-image file to offer as a drive. It may be given several times. */
export const driveOption = '--drive-file='
/** Option for a file or an address to select as the image. */
export const imageOption = '--image='

export interface StartArguments {
  driveFiles: string[]
  /** Image that was named last. */
  image: OpenedImage | null
}

/**
 * Reads the arguments of the window's program. They come from a user, from `kindling gui` or from a
 * desktop that opens a file with Kindling.
 * @param words – all arguments, in any order: Chromium adds switches, and moves them to the front
 *   when a second instance is started
 * @param app – the app's directory if it is also an argument, as when running from the sources;
 *   otherwise null
 * @param directory – the working directory of that process
 */
export function readWindowArguments(words: readonly string[], app: string | null, directory: string): StartArguments {
  const given = (option: string) =>
    words.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length))
  const paths = words.filter((word) => !word.startsWith('-'))
  const files = paths.slice(app === null ? 1 : 1 + paths.findIndex((path) => resolve(directory, path) === app))
  const image = [...files, ...given(imageOption)].at(-1)
  return {
    driveFiles: given(driveOption).map((path) => resolve(directory, path)),
    image: image === undefined || image === '' ? null : readImageName(image, directory),
  }
}

/**
 * Reads the name of an image as given by a user, a desktop or a system. Does not access the file.
 */
export function readImageName(text: string, directory: string): OpenedImage {
  if (/^https?:/i.test(text) || isOtherUrl(text)) return { kind: 'url', url: text }
  return { kind: 'file', path: resolve(directory, pathOf(text)) }
}

/**
 * Returns the path of a `file:` URL. A URL that is not a local file (another machine's, or a slash
 * within a name) is returned unchanged, so that the file is not found.
 */
export function pathOf(text: string): string {
  try {
    return isFileUrl(text) ? fileURLToPath(text) : text
  } catch {
    return text
  }
}

/**
 * Returns whether a text is a URL of another scheme. It is treated as an address, so that it is
 * refused as one. A single letter is a Windows drive.
 */
const isOtherUrl = (text: string) => /^(?!file:)[a-z][a-z\d+.-]+:\/\//i.test(text)
