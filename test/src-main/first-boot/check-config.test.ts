import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../../src-main/first-boot/check-config.ts'
import { checkKeyfile } from '../../../src-main/first-boot/check-keyfile.ts'

describe('an Ignition config', () => {
  test.each(['3.0.0', '3.4.0', '3.6.0'])('of version %s is taken', (version) => {
    checkConfig(Buffer.from(JSON.stringify({ ignition: { version } })), 'x.ign')
  })

  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'not JSON'],
    ['a byte order mark', '\ufeff{"ignition":{"version":"3.4.0"}}', 'not JSON'],
    ['Butane', 'variant: fcos\nversion: 1.5.0\n', 'not JSON'],
    ['a web page', '<!doctype html>', 'not JSON'],
    ['UTF-16', Buffer.from('\ufeff{}', 'utf16le'), 'not UTF-8 text'],
    ['null', 'null', 'it has no ignition.version'],
    ['a list', '[]', 'it has no ignition.version'],
    ['an object', '{}', 'it has no ignition.version'],
    ['a number as the version', '{"ignition":{"version":3}}', 'it has no ignition.version'],
    ['version 2', '{"ignition":{"version":"2.3.0"}}', 'it has version 2.3.0, not one from 3.0.0 on'],
    ['an experiment', '{"ignition":{"version":"3.7.0-experimental"}}', /3\.7\.0-experimental/.source],
  ])('is not %s', (_, content, reason) => {
    const check = () => checkConfig(Buffer.from(content as string), 'x.ign')
    expect(check).toThrow(expect.objectContaining({ code: 'config-refused' }))
    expect(check).toThrow(new RegExp(reason))
  })
})

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
