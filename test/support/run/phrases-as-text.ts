import { expect } from 'vitest'
import { isPhrase } from '../../../src-shared/phrases.ts'

/** In tests, a phrase of the core equals its English text. */
expect.addEqualityTesters([
  function (found: unknown, wanted: unknown): boolean | undefined {
    return isPhrase(found) && typeof wanted === 'string' ? String(found) === wanted : undefined
  },
])
