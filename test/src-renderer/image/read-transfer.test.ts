import { expect, test } from 'vitest'
import { readImageText, readTransfer } from '../../../src-renderer/image/read-transfer.ts'

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

test('what is dropped is a file, a link, or its text, in this order', () => {
  const give = (given: Record<string, string>, files: File[] = []) =>
    ({ files, getData: (type: string) => given[type] ?? '' }) as unknown as DataTransfer
  const link = '# a list\r\nhttps://example.org/a.iso\r\nhttps://example.org/b.iso\r\n'
  const [a, text] = ['https://example.org/a.iso', 'https://example.org/c.iso']
  const file = new File([], 'd.iso')
  expect(readTransfer(give({ 'text/uri-list': link, 'text/plain': text }), () => '')).toEqual({ kind: 'url', url: a })
  expect(readTransfer(give({ 'text/plain': text }), () => '')).toEqual({ kind: 'url', url: text })
  expect(readTransfer(give({ 'text/uri-list': link }, [file]), () => '/d.iso')).toEqual({
    kind: 'file',
    path: '/d.iso',
  })
  expect(readTransfer(give({ 'text/plain': 'no image' }, [file]), () => '')).toBeNull()
  expect(readTransfer(null, () => '')).toBeNull()
})
