import { expect, test } from 'vitest'
import { formatJsonPath } from '../../../src-main/catalog/json-path.ts'

test.each<[string[], string]>([
  [[], 'the whole file'],
  [['architectures', 'x86_64'], 'architectures.x86_64'],
  [['formats', 'raw.xz', 'disk', 'uncompressed-sha256'], 'formats["raw.xz"].disk["uncompressed-sha256"]'],
  [['4k.raw.xz'], '["4k.raw.xz"]'],
  [['a', ''], 'a[""]'],
  [['a', '"]'], 'a["\\"]"]'],
])('the path %j is the place %s', (path, place) => expect(formatJsonPath(path)).toEqual(place))

test('what is quoted drives no terminal and is short', () => {
  expect(formatJsonPath(['\u001b[2J\u009b1A\u202e'])).toBe('["\\u001b[2J\\u009b1A\\u202e"]')
  expect(formatJsonPath(['x'.repeat(1000)])).toHaveLength(67)
})
