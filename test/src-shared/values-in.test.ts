import { expect, test } from 'vitest'
import { fillIn } from '../../src-shared/values-in.ts'

test('values, lists, counts and sizes are filled in', () => {
  expect(fillIn('{drive} is in use by {users}', { drive: '/dev/sdb', users: ['dd', 'sh'] })).toBe(
    '/dev/sdb is in use by dd, sh',
  )
  const files = '{count, plural, one {# file} other {# files}} of {count}'
  expect([0, 1, 21].map((count) => fillIn(files, { count }))).toEqual(['0 files of 0', '1 file of 1', '21 files of 21'])
  expect(fillIn('it has {available, size}', { available: 4_000_000_000 })).toBe('it has 4 GB')
  expect(fillIn('it needs {needed, size}', { needed: 'at least 4 GB' })).toBe('it needs at least 4 GB')
})

test('the name of a value that is missing stays', () => {
  const text = '{a}, {b, size}, {c, plural, one {# byte} other {# bytes}}'
  expect(fillIn(text, { a: null })).toBe(text)
})
