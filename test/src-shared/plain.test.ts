import { expect, test } from 'vitest'
import { isPlain, plain, plainJson } from '../../src-shared/plain.ts'

test.each([
  ['a control character', 'a\u001b[2Jb', 'a\\u{1b}[2Jb'],
  ['a mark of direction', 'gpj.\u202eexe', 'gpj.\\u{202e}exe'],
  ['a space without width', 'a\u200bb', 'a\\u{200b}b'],
  ['half a character', 'a\ud800b', 'a\\u{d800}b'],
])('%s is shown as its number, and escaped in JSON', (_, text, shown) => {
  expect(isPlain(text)).toBe(false)
  expect(plain(text)).toBe(shown)
  expect(isPlain(plainJson({ text }))).toBe(true)
  expect(JSON.parse(plainJson({ text }))).toEqual({ text })
})

test('a text of several lines is shown as one, and a long one is cut', () => {
  expect(plain('one\r\ntwo\tthree')).toBe('one two three')
  expect(plain('x'.repeat(2000))).toBe(`${'x'.repeat(1000)}…`)
})
