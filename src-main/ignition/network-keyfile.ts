import { isIP } from 'node:net'
import type { StaticAddress } from '../../src-shared/simple-answers.ts'

const mac = /^(?:[\da-f]{2}[:-]){5}[\da-f]{2}$/i
/** Names of interfaces (the kernel's `dev_valid_name`), without the characters of a keyfile. */
const interfaceName = /^[\w.-]{1,15}$/

/**
 * Reads `ADDRESS/PREFIX[,gateway=IP][,dns=IP]…[,device=MAC|NAME]`. Returns null if it is something
 * else, or mixes IPv4 and IPv6.
 */
export function parseAddress(text: string): StaticAddress | null {
  const [address = '', ...options] = text.split(',').map((each) => each.trim())
  const [ip = '', prefix = ''] = address.split('/')
  const family = isIP(ip)
  const longest = family === 4 ? 32 : 128
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) < 1 || Number(prefix) > longest) return null
  const found: StaticAddress = { address, gateway: null, dns: [], device: null }
  for (const option of options) {
    const [, name, value] = /^(gateway|dns|device)=(.+)$/.exec(option) ?? []
    if (name === undefined || value === undefined) return null
    if (name === 'device') {
      if (found.device !== null || !(mac.test(value) || interfaceName.test(value))) return null
      found.device = value
    } else if (isIP(value) !== family) return null
    else if (name === 'dns') found.dns.push(value)
    else if (found.gateway === null) found.gateway = value
    else return null
  }
  return found
}

/** Returns the text that `parseAddress` reads as this address. */
export const writeAddress = ({ address, gateway, dns, device }: StaticAddress): string =>
  [
    address,
    ...(gateway === null ? [] : [`gateway=${gateway}`]),
    ...dns.map((each) => `dns=${each}`),
    ...(device === null ? [] : [`device=${device}`]),
  ].join(',')

/** Returns the name of the connection, which is also that of its file. */
export const nameConnection = ({ device }: StaticAddress): string =>
  device === null ? 'static' : device.toLowerCase().replaceAll(/[:-]/g, '')

/** Writes the keyfile of NetworkManager (nm-settings-keyfile(5)) for a static address. */
export function writeKeyfile(given: StaticAddress): string {
  const { address, gateway, dns, device } = given
  const isFour = !address.includes(':')
  const isMac = device !== null && mac.test(device)
  const lines = [
    '[connection]',
    `id=${nameConnection(given)}`,
    'type=ethernet',
    ...(device !== null && !isMac ? [`interface-name=${device}`] : []),
    ...(isMac ? ['', '[ethernet]', `mac-address=${device.toUpperCase().replaceAll('-', ':')}`] : []),
    '',
    isFour ? '[ipv4]' : '[ipv6]',
    'method=manual',
    `address1=${address}${gateway === null ? '' : `,${gateway}`}`,
    ...(dns.length > 0 ? [`dns=${dns.join(';')};`] : []),
    'may-fail=false',
    '',
    isFour ? '[ipv6]' : '[ipv4]',
    'method=auto',
  ]
  return `${lines.join('\n')}\n`
}
