/**
 * SHA-256 as 64 lower-case digits. For any other text, `otherHash` is the name of the hash that it
 * is, or null.
 */
export type Sha256Reading = { sha256: string } | { sha256: null; otherHash: string | null }

/** Names of hashes by their number of hexadecimal digits. */
const hashNames: Record<number, string> = {
  32: 'MD5',
  40: 'SHA-1',
  56: 'SHA-224',
  64: 'SHA-256',
  96: 'SHA-384',
  128: 'SHA-512',
}

/**
 * Reads a SHA-256 in any form in which it is copied:
 * - bare hexadecimal digits
 * - `sha256:HEX` or `sha256-HEX`
 * - `sha256-BASE64=` (W3C Subresource Integrity, 3.5)
 * - a line of sha256sum, in its own form or in BSD's
 * - the groups of four digits that a receipt of Kindling shows
 */
export function readSha256(text: string): Sha256Reading {
  const found = findSum(text.trim())
  return found?.hash === 'SHA-256' ? { sha256: found.digits } : { sha256: null, otherHash: found?.hash ?? null }
}

interface Sum {
  /** `SHA-256`, `SHA-512`, `MD5`, … */
  hash: string
  /** Lower-case hexadecimal digits. */
  digits: string
}

/** Line of a list of checksums, as written by sha256sum and similar tools. */
export interface SumLine extends Sum {
  /** Name as written in the line, possibly with a folder. */
  name: string
}

/**
 * Reads `HEX  NAME`, `HEX *NAME` and `SHA256 (NAME) = HEX`.
 * @param line – one line, without its end
 */
export function readSumLine(line: string): SumLine | null {
  // After a leading backslash, backslashes and line ends in the name are escaped.
  const [, escaped, gnuDigits, gnuName] = /^(\\?)([0-9a-f]{32,128}) [ *](.+)$/i.exec(line) ?? []
  if (gnuDigits !== undefined) {
    const sum = nameSum(null, gnuDigits)
    return sum && { ...sum, name: escaped === '' ? gnuName! : unescapeName(gnuName!) }
  }
  const [, label, bsdName, bsdDigits] = /^(\S{3,12}) ?\((.+)\) ?= ([0-9a-f]{32,128})$/i.exec(line) ?? []
  const sum = bsdDigits === undefined ? null : nameSum(label!, bsdDigits)
  return sum && { ...sum, name: bsdName! }
}

const escapes: Record<string, string> = { '\\n': '\n', '\\r': '\r', '\\\\': '\\' }
const unescapeName = (name: string): string => name.replaceAll(/\\[nr\\]/g, (found) => escapes[found]!)

/**
 * Returns null when the number of digits does not match the hash.
 * @param label – the name of the hash as given (`SHA256`, `SHA2-256`, `md5`), or null
 */
function nameSum(label: string | null, digits: string): Sum | null {
  const hash = hashNames[digits.length]
  if (hash === undefined) return null
  const plain = (name: string) =>
    name
      .toUpperCase()
      .replace(/^SHA2-/, 'SHA')
      .replace('-', '')
  return label === null || plain(label) === plain(hash) ? { hash, digits: digits.toLowerCase() } : null
}

function findSum(given: string): Sum | null {
  const line = readSumLine(given)
  // A single-line input joins a pasted list, so that the name may contain another line's checksum.
  if (line !== null) return holdsOtherSum(line) ? null : line
  const [, label = null, rest] = /^(?:(md5|sha-?(?:1|224|256|384|512))\s*[:=-]\s*)?(.*)$/is.exec(given)!
  if (/^[0-9a-f]+$/i.test(rest!)) return nameSum(label, rest!)
  const [, groups] = /^(?:sha256\s+)?([0-9a-f]{4}(?:\s+[0-9a-f]{4})+)(?:\s+\([^()]*\))?$/i.exec(rest!) ?? []
  if (groups !== undefined) return nameSum(label, groups.replaceAll(/\s/g, ''))
  return label === null ? null : nameSum(label, digitsOfBase64(rest!))
}

function holdsOtherSum({ digits, name }: SumLine): boolean {
  const sums = name.toLowerCase().match(/[0-9a-f]{64,}/g) ?? []
  return sums.some((sum) => sum !== digits)
}

/**
 * Decodes base64 into hexadecimal digits. Returns an empty text when the input is not base64. The
 * largest hash has 64 bytes.
 */
function digitsOfBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]{20,88}={0,2}$/.test(text) || text.length % 4 !== 0) return ''
  return Array.from(atob(text), (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
