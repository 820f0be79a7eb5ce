import { z } from 'zod'
import { isPlain } from '../../src-shared/plain.ts'
import { say } from '../../src-shared/phrases.ts'

/**
 * One line of text that is as it looks, since names decide what is chosen: nothing in it drives a terminal, turns the
 * direction of writing or has no width.
 * @param maxLength in UTF-16 units
 */
export const plainText = (maxLength: number) =>
  z
    .string()
    .max(maxLength, say('text-too-long', { most: maxLength }))
    .refine((text) => text !== '' && isPlain(text), say('text-not-plain'))
