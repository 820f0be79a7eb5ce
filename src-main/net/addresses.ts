import { BlockList } from 'node:net'

/**
 * Networks that only this computer or its neighbours can reach: IANA's registries of
 * special-purpose addresses, without those for documentation, which are not in use. The number of
 * prefix bits follows the slash.
 */
const local4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
const local6 = ['::/128', '::1/128', '64:ff9b:1::/48', '100::/64', '2001::/23', 'fc00::/7', 'fe80::/9', 'ff00::/8']

const local = createList()

function createList(): BlockList {
  const list = new BlockList()
  for (const network of local4) {
    const [address = '', bits] = network.split('/')
    // `BlockList` handles ::ffff:0:0/96, IPv4 within IPv6, by itself.
    list.addSubnet(address, Number(bits), 'ipv4')
    // The same network behind a translator (RFC 6052), in IPv4-compatible IPv6 addresses (RFC 4291)
    // and in 6to4 (RFC 3056).
    for (const prefix of ['64:ff9b::', '::']) list.addSubnet(`${prefix}${address}`, 96 + Number(bits), 'ipv6')
    const [a, b, c, d] = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'))
    list.addSubnet(`2002:${a}${b}:${c}${d}::`, 16 + Number(bits), 'ipv6')
  }
  for (const network of local6) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), 'ipv6')
  }
  return list
}

/**
 * Returns whether an IP address belongs to this computer or its own network: loopback, private,
 * link-local, shared or multicast.
 */
export function isLocalAddress(address: string): boolean {
  const [ip = ''] = address.split('%')
  return local.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4')
}
