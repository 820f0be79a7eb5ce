import { findWords } from '../words/index.ts'

/** Returns a format's title, or its key if there is no text for it. */
export const titleOf = (format: string): string => findWords(`image.formats.${format}.title`) ?? format

/** Returns a format's name within a sentence, or its key if there is no text for it. */
export const wordFormat = (format: string): string => findWords(`image.formatNames.${format}`) ?? format

/** Returns the purpose of a format, or null if there is no text for it. */
export const useOf = (format: string): string | null => findWords(`image.formats.${format}.use`)

/** Returns the purpose of a stream, or null if there is no text for it. */
export const meaningOf = (stream: string): string | null => findWords(`image.streams.${stream}`)
