import { expect, test } from 'vitest'
import { placeOfPath } from '../../../src-main/catalog/place.ts'

test.each<[string[], string]>([
  [[], 'the whole file'],
  [['architectures', 'x86_64'], 'architectures.x86_64'],
  [['formats', 'raw.xz', 'disk', 'uncompressed-sha256'], 'formats["raw.xz"].disk["uncompressed-sha256"]'],
  [['4k.raw.xz'], '["4k.raw.xz"]'],
  [['a', ''], 'a[""]'],
  [['a', '"]'], 'a["\\"]"]'],
])('the path %j is the place %s', (path, place) => expect(placeOfPath(path)).toBe(place))

test('what is quoted drives no terminal and is short', () => {
  expect(placeOfPath(['\u001b[2J\u009b1A\u202e'])).toBe('["\\u001b[2J\\u009b1A\\u202e"]')
  expect(placeOfPath(['x'.repeat(1000)])).toHaveLength(67)
})
