import { expect, test } from 'vitest'
import { pathOfUrl } from '../../src-shared/file-url.ts'

test.each([
  ['file:///home/me/an%20image.raw.sig', '/home/me/an image.raw.sig'],
  ['FILE://localhost/keys.asc', '/keys.asc'],
  ['file://elsewhere/keys.asc', 'file://elsewhere/keys.asc'],
  ['file:///a%2fb', 'file:///a%2fb'],
  ['file:///%ff', 'file:///%ff'],
  ['https://example.org/keys.asc', 'https://example.org/keys.asc'],
  ['keys.asc', 'keys.asc'],
  ['', ''],
])('%s leads to %s', (text, path) => expect(pathOfUrl(text)).toBe(path))
