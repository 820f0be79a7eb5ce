import { findWords } from '../words/index.ts'

/** What a format is, for people: its key where there are no words for it. */
export const titleOf = (format: string): string => findWords(`image.formats.${format}.title`) ?? format

/** What a format is for; null where there are no words for it. */
export const useOf = (format: string): string | null => findWords(`image.formats.${format}.use`)

/** What a stream is for; null for one that nobody here knows. */
export const meaningOf = (stream: string): string | null => findWords(`image.streams.${stream}`)
