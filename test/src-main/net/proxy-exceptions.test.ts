import { describe, expect, test } from 'vitest'
import { parseExceptions } from '../../../src-main/net/proxy-exceptions.ts'

const asked = (exceptions: string, url: string) => (parseExceptions(exceptions)(new URL(url)) ? 'directly' : 'by proxy')

describe('no_proxy', () => {
  test.each([
    // Names with all their subdomains.
    ['example.org', 'https://example.org/', 'directly'],
    ['example.org', 'https://mirror.example.org/', 'directly'],
    ['.example.org', 'https://mirror.example.org/', 'directly'],
    ['.example.org', 'https://example.org/', 'directly'],
    ['*.example.org', 'https://mirror.example.org/', 'directly'],
    ['EXAMPLE.org.', 'https://example.ORG./', 'directly'],
    ['example.org', 'https://another-example.org/', 'by proxy'],
    ['example.org', 'https://example.org.evil.net/', 'by proxy'],
    ['.local', 'http://nas.local/', 'directly'],
    ['local', 'http://nas.local/', 'directly'],
    // Lists.
    ['a.org, b.org', 'https://b.org/', 'directly'],
    ['a.org b.org\tc.org', 'https://c.org/', 'directly'],
    ['a.org,, ,b.org', 'https://c.org/', 'by proxy'],
    ['', 'https://example.org/', 'by proxy'],
    // Every host.
    ['*', 'https://example.org/', 'directly'],
    ['a.org, *', 'http://[2001:db8::1]/', 'directly'],
    // Ports.
    ['example.org:8080', 'http://example.org:8080/', 'directly'],
    ['example.org:8080', 'http://example.org/', 'by proxy'],
    ['example.org:443', 'https://example.org/', 'directly'],
    ['example.org:443', 'http://example.org/', 'by proxy'],
    ['192.0.2.1:8080', 'http://192.0.2.1:8080/', 'directly'],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080/', 'directly'],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]/', 'by proxy'],
    // Addresses.
    ['192.0.2.1', 'http://192.0.2.1/', 'directly'],
    ['192.0.2.1', 'http://192.0.2.10/', 'by proxy'],
    ['2001:db8::1', 'http://[2001:db8:0:0::1]/', 'directly'],
    ['[2001:db8::1]', 'http://[2001:db8::1]/', 'directly'],
    // Ranges.
    ['192.168.0.0/16', 'http://192.168.7.9/', 'directly'],
    ['192.168.0.0/16', 'http://192.169.0.1/', 'by proxy'],
    ['10.1.2.3/8', 'http://10.200.0.1/', 'directly'],
    ['[fd00::]/8', 'http://[fd12:3456::1]/', 'directly'],
    ['fd00::/8', 'http://[fd12:3456::1]/', 'directly'],
    ['fd00::/8', 'http://[fe80::1]/', 'by proxy'],
    ['0.0.0.0/0', 'http://198.51.100.1/', 'directly'],
    ['0.0.0.0/0', 'https://example.org/', 'by proxy'],
    // Invalid entries, which are ignored.
    ['192.168.0.0/33', 'http://192.168.0.1/', 'by proxy'],
    ['example.org/8', 'https://example.org/', 'by proxy'],
    ['[fd00::/8', 'http://[fd00::1]/', 'by proxy'],
    ['.', 'https://example.org/', 'by proxy'],
  ])('%j: %s is asked %s', (exceptions, url, how) => {
    expect(asked(exceptions, url)).toBe(how)
  })

  test.each(['http://localhost:8080/', 'http://127.0.0.1/', 'http://127.3.2.1/', 'http://[::1]/'])(
    'this machine is always asked directly: %s',
    (url) => {
      expect(asked('', url)).toBe('directly')
    },
  )
})
