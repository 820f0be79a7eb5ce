import { expect, test } from 'vitest'
import { parseCacheLimit } from '../../../src-main/settings/cache-limit.ts'
import { toFailure } from '../../../src-shared/failure.ts'

test.each([
  [undefined, 5e9],
  ['', 5e9],
  ['0', 0],
  ['1500', 1500],
  ['20 GB', 20e9],
  ['20G', 20e9],
  ['1.5tb', 1.5e12],
  ['16GiB', 16 * 1024 ** 3],
  ['512 MiB', 512 * 1024 ** 2],
  ['3 kB', 3000],
  ['7 B', 7],
])('%s is a size', (text, bytes) => expect(parseCacheLimit(text)).toBe(bytes))

test.each(['much', '-1', '5 XB', '5 iB', '1e9', '∞'])('%s is none', (text) => {
  let failure
  try {
    parseCacheLimit(text)
  } catch (error) {
    failure = toFailure(error)
  }
  expect(failure).toMatchObject({ code: 'usage' })
  expect(failure!.title).toContain(text)
})
