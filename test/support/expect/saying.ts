import { expect } from 'vitest'

/** Matches a phrase of the core, or a text, whose English contains a text or matches a pattern. */
export const saying = (part: string | RegExp): never =>
  expect.toSatisfy((said: unknown) =>
    typeof part === 'string' ? String(said).includes(part) : part.test(String(said)),
  ) as never
