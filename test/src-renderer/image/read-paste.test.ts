import { expect, test } from 'vitest'
import { readImageText } from '../../../src-renderer/image/read-paste.ts'

test.each([
  ['/home/me/image.raw.xz', '/home/me/image.raw.xz'],
  [' "/home/me/an image.iso" \n', '/home/me/an image.iso'],
  ["'/home/me/image.iso'", '/home/me/image.iso'],
  ['file:///home/me/an%20image.iso', '/home/me/an image.iso'],
  ['file:///C:/image.iso', 'C:/image.iso'],
  [String.raw`C:\image.iso`, String.raw`C:\image.iso`],
])('%j is the file %s', (text, path) => expect(readImageText(text)).toEqual({ kind: 'file', path }))

test('an address is an address', () => {
  expect(readImageText(' https://example.org/image.iso\n')).toEqual({
    kind: 'url',
    url: 'https://example.org/image.iso',
  })
})

test.each(['', 'image.iso', 'two\n/lines', 'https://', 'ftp://example.org/', 'file:///%', `/${'x'.repeat(5000)}`])(
  '%j is no image',
  (text) => expect(readImageText(text)).toBeNull(),
)
