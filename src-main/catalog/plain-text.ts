import { z } from 'zod'
import { isPlain } from '../../src-shared/plain.ts'
import { say, toMessage } from '../../src-shared/phrases.ts'

/**
 * Schema of one line of text that contains only what is visible, because users choose by these
 * names. It must not contain control characters, changes of the writing direction or characters of
 * no width.
 * @param maxLength – in UTF-16 units
 */
export const plainText = (maxLength: number) =>
  z
    .string()
    .max(maxLength, toMessage(say('text-too-long', { most: maxLength })))
    .refine((text) => text !== '' && isPlain(text), toMessage(say('text-not-plain')))
