import ipaddr from 'ipaddr.js'

type Address = ReturnType<typeof ipaddr.parse>

/** Special-purpose networks that count as public, because they are in no network (RFC 5737). */
const documentation = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((network) =>
  ipaddr.IPv4.parseCIDR(network),
)

/**
 * IPv6 networks that contain IPv4 ones, with the offset of the IPv4 address in bytes: translators
 * (RFC 6052), 6to4 (RFC 3056) and IPv4-compatible addresses (RFC 4291).
 */
const translated = [
  { network: ipaddr.IPv6.parseCIDR('64:ff9b::/96'), at: 12 },
  { network: ipaddr.IPv6.parseCIDR('2002::/16'), at: 2 },
  { network: ipaddr.IPv6.parseCIDR('::/96'), at: 12 },
]

/**
 * Returns whether an IP address belongs to this computer or its own network, or is special in
 * another way: loopback, private, link-local, shared, multicast or reserved.
 */
export function isLocalAddress(address: string): boolean {
  // Node also accepts zones that the library does not, as in fe80::1%eth0.100.
  const ip = toIPv4(ipaddr.process(address.split('%')[0]!))
  if (ip instanceof ipaddr.IPv4 && documentation.some((network) => ip.match(network))) return false
  return ip.range() !== 'unicast'
}

/** Returns the IPv4 address that an IPv6 address leads to, or the address itself. */
function toIPv4(ip: Address): Address {
  if (ip instanceof ipaddr.IPv4) return ip
  const found = translated.find(({ network }) => ip.match(network))
  return found === undefined ? ip : ipaddr.fromByteArray(ip.toByteArray().slice(found.at, found.at + 4))
}
