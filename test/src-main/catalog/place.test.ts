import { expect, test } from 'vitest'
import { placeOfOffset, placeOfPath, quote } from '../../../src-main/catalog/place.ts'

test.each<[string[], string]>([
  [[], 'the whole file'],
  [['architectures', 'x86_64'], 'architectures.x86_64'],
  [['formats', 'raw.xz', 'disk', 'uncompressed-sha256'], 'formats["raw.xz"].disk["uncompressed-sha256"]'],
  [['4k.raw.xz'], '["4k.raw.xz"]'],
  [['a', ''], 'a[""]'],
  [['a', '"]'], 'a["\\"]"]'],
])('the path %j is the place %s', (path, place) => expect(placeOfPath(path)).toBe(place))

test.each([
  ['', 0, 'line 1, column 1'],
  ['{\n  x', 4, 'line 2, column 3'],
  ['{\r\n}}', 4, 'line 2, column 2'],
])('in %j the offset %d is %s', (text, offset, place) => expect(placeOfOffset(text, offset)).toBe(place))

test('what is quoted drives no terminal and is short', () => {
  expect(quote('\u001b[2J\u009b1A\u202e')).toBe('"\\u001b[2J\\u009b1A\\u202e"')
  expect(quote('x'.repeat(1000))).toHaveLength(65)
  expect(placeOfPath(['x'.repeat(1000)])).toHaveLength(67)
})
