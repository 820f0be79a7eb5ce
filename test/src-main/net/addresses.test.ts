import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isLocalAddress } from '../../../src-main/net/addresses.ts'

test.each([
  ['0.0.0.0', 'no address'],
  ['0.1.2.3', 'this network'],
  ['10.255.255.255', 'a private network'],
  ['100.64.0.1', 'a shared network'],
  ['127.8.9.10', 'this computer'],
  ['169.254.169.254', 'the link'],
  ['172.16.0.0', 'a private network'],
  ['172.31.255.255', 'a private network'],
  ['192.0.0.8', 'an assignment of a protocol'],
  ['192.168.1.1', 'a private network'],
  ['198.19.255.255', 'a benchmark'],
  ['224.0.0.1', 'a multicast'],
  ['240.0.0.1', 'a reserve'],
  ['255.255.255.255', 'a broadcast'],
  ['::', 'no address'],
  ['::1', 'this computer'],
  ['::ffff:10.0.0.1', 'IPv4 within IPv6'],
  ['::ffff:7f00:1', 'IPv4 within IPv6'],
  ['::ffff:0:10.0.0.1', 'IPv4 that a translator reads'],
  ['::192.168.1.1', 'IPv4 that an old address contains'],
  ['64:ff9b::a00:1', 'IPv4 behind a translator'],
  ['64:ff9b:1::808:808', 'a translator of the own network'],
  ['2002:7f00:1::', 'IPv4 of a tunnel'],
  ['2002:c0a8:101:1::2', 'IPv4 of a tunnel'],
  ['100::1', 'nowhere'],
  ['2001::1', 'a tunnel'],
  ['2001:1::1', 'an assignment of a protocol'],
  ['fc00::1', 'a private network'],
  ['fdff::1', 'a private network'],
  ['fe80::1', 'the link'],
  ['fe80::1%eth0.100', 'the link, by a name'],
  ['fec0::1', 'an old private network'],
  ['ff02::1', 'a multicast'],
])('%s is not public: %s', (address) => expect(isLocalAddress(address)).toBe(true))

test.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.2.1',
  '192.167.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '223.255.255.255',
  '::ffff:1.1.1.1',
  '::ffff:203.0.113.1',
  '::1.1.1.1',
  '64:ff9b::101:101',
  '2002:101:101::1',
  '2600::1',
  '2a00:1450:4001::1',
])('%s is public', (address) => expect(isLocalAddress(address)).toBe(false))

test('property: every address is one or the other', () =>
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => typeof isLocalAddress(address) === 'boolean')))
