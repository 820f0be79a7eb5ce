import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isFileUrl } from '../../src-shared/file-url.ts'
import type { OpenedImage } from '../../src-shared/window-api.ts'

/** A disk-image file to offer as a drive; any number of times. */
export const driveOption = '--drive-file='
/** A file or an address to choose as the image. */
export const imageOption = '--image='

export interface WindowArguments {
  driveFiles: string[]
  /** The one that was named last. */
  image: OpenedImage | null
}

/**
 * What the window's program was started with, by hand, by `kindling gui` or by a desktop that opens a file with it.
 * @param words all of them, in any order: Chromium adds switches, and puts them first for another window
 * @param app the directory of the app where it is named, too: beside the sources; else null
 * @param directory in which it was started
 */
export function readWindowArguments(words: readonly string[], app: string | null, directory: string): WindowArguments {
  const given = (option: string) =>
    words.filter((word) => word.startsWith(option)).map((word) => word.slice(option.length))
  const paths = words.filter((word) => !word.startsWith('-'))
  const files = paths.slice(app === null ? 1 : 1 + paths.findIndex((path) => resolve(directory, path) === app))
  const image = [...files, ...given(imageOption)].at(-1)
  return {
    driveFiles: given(driveOption).map((path) => resolve(directory, path)),
    image: image === undefined || image === '' ? null : nameImage(image, directory),
  }
}

/** Reads the name of an image as a person, a desktop or a system gives it. The file is not looked at. */
export function nameImage(text: string, directory: string): OpenedImage {
  if (/^https?:/i.test(text) || isOtherUrl(text)) return { kind: 'url', url: text }
  return { kind: 'file', path: resolve(directory, pathOf(text)) }
}

/** A URL that names no file here (another machine's, a slash within a name) is left as it is, and not found. */
export function pathOf(text: string): string {
  try {
    return isFileUrl(text) ? fileURLToPath(text) : text
  } catch {
    return text
  }
}

/** An address that no image is read from: as one, it is refused for what it is. A letter alone is a disk of Windows. */
const isOtherUrl = (text: string) => /^(?!file:)[a-z][a-z\d+.-]+:\/\//i.test(text)
