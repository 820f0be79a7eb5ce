import { describe, expect, test } from 'vitest'
import { checkKeyfile } from '../../../src-main/first-boot/check-keyfile.ts'

describe('a keyfile', () => {
  const good =
    '# made by hand\n[connection]\nid=a\ntype=ethernet\n\n[ipv4]\nmethod=manual\naddress1=10.0.0.2/24,10.0.0.1\n'

  test.each([good, good.replaceAll('\n', '\r\n'), good.trimEnd()])('is taken as %j', (content) => {
    checkKeyfile(Buffer.from(content), 'a.nmconnection')
  })

  test.each<[string, string, string]>([
    ['a key before its section', 'id=a\n[connection]\n', 'line 1'],
    ['a section twice', `${good}[ipv4]\n`, 'line 9'],
    ['a section that is not closed', '[connection\nid=a\n', 'line 1'],
    ['a line without value', '[connection]\nid\n', 'line 2'],
    ['no connection', '[ipv4]\nmethod=auto\n', 'no section'],
    ['nothing', '', 'no section'],
    ['a zero', `${good}\0`, 'UTF-8'],
  ])('is refused with %s', (_, content, reason) => {
    const check = () => checkKeyfile(Buffer.from(content), 'a.nmconnection')
    expect(check).toThrow(expect.objectContaining({ code: 'keyfile-refused' }))
    expect(check).toThrow(new RegExp(reason))
  })
})
