import { z } from 'zod'

/**
 * One line of text that is safe to show: control characters could drive a terminal, and half a surrogate pair cannot
 * be encoded.
 * @param maxLength in UTF-16 units
 */
export const plainText = (maxLength: number) =>
  z
    .string()
    .max(maxLength, `longer than ${maxLength} characters`)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'empty, or with control characters')
