import { BlockList, isIP } from 'node:net'

/** Hosts that never use a proxy: this machine, as in Go's net/http and in browsers. */
const always = ['localhost', '127.0.0.0/8', '::1']

/** The destination of a request. */
type Place = Pick<URL, 'protocol' | 'hostname' | 'port'>

/**
 * Parses `no_proxy`: entries separated by commas or blanks, in the syntax of curl and Go's
 * net/http.
 * - `*` matches every host.
 * - `example.org`, `.example.org` and `*.example.org` match that name and its subdomains.
 * - An IP address matches itself; `192.168.0.0/16` and `[fd00::]/8` match a range.
 * - A port may follow a name or address.
 *
 * Names are not resolved. Any other entry is ignored.
 * @returns a function that tells whether a host is connected to without a proxy
 */
export function parseExceptions(text: string): (place: Place) => boolean {
  const rules = [...text.split(/[\s,]+/), ...always].filter((entry) => entry !== '').map(parseEntry)
  return ({ protocol, hostname, port }) => {
    const host = hostname.replaceAll(/[[\]]/g, '').replace(/\.$/, '').toLowerCase()
    const number = port || (protocol === 'https:' ? '443' : '80')
    return rules.some((rule) => (rule.port === null || rule.port === number) && rule.matches(host))
  }
}

interface Rule {
  port: string | null
  /** @param host – in lower case, an IPv6 address without brackets */
  matches(host: string): boolean
}

function parseEntry(entry: string): Rule {
  if (entry === '*') return { port: null, matches: () => true }
  const bare = isIP(entry) === 6 ? `[${entry}]` : entry.replace(/^([\da-f:]*:[\da-f:.]*)(\/\d+)$/i, '[$1]$2')
  const [, inBrackets, plain, bits, port] = /^(?:\[([^\]]*)\]|([^/:]*))(?:\/(\d+))?(?::(\d+))?$/.exec(bare) ?? []
  const host = (inBrackets ?? plain ?? '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '')
    .toLowerCase()
  return { port: port ?? null, matches: isIP(host) === 0 ? isBelow(host, bits) : isWithin(host, bits) }
}

function isBelow(name: string, bits: string | undefined): Rule['matches'] {
  if (name === '' || bits !== undefined) return () => false
  return (host) => host === name || host.endsWith(`.${name}`)
}

function isWithin(address: string, bits: string | undefined): Rule['matches'] {
  const range = new BlockList()
  const most = isIP(address) === 4 ? 32 : 128
  const length = Number(bits ?? most)
  if (length > most) return () => false
  range.addSubnet(address, length, familyOf(address))
  return (host) => isIP(host) !== 0 && range.check(host, familyOf(host))
}

const familyOf = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')
