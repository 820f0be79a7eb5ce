import { z } from 'zod'
import { isPlain } from '../../src-shared/plain.ts'

/**
 * One line of text that is as it looks, since names decide what is chosen: nothing in it drives a terminal, turns the
 * direction of writing or has no width.
 * @param maxLength in UTF-16 units
 */
export const plainText = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `longer than ${maxLength} characters`)
    .refine((text) => text !== '' && isPlain(text), 'empty, or with control characters')
