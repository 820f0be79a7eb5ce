import { createHash } from 'node:crypto'
import type { SshKey } from '../../src-shared/ssh-key.ts'
import type { SshKeysRead } from '../../src-shared/window-api.ts'

/** Options, type, data in base64, and comment (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
const format = /(?:^|\s)((?:ssh-|ecdsa-|sk-)[\w@.-]+)\s+(AAAA[\w+/]+={0,2})(?:\s+(.*))?$/

/**
 * Reads the public keys of a text, a line each. Empty lines and comments are skipped.
 * @returns the keys, or the reason why the text cannot be used
 */
export function readSshKeys(text: string): SshKeysRead {
  if (/^-----BEGIN .*PRIVATE KEY-----/m.test(text)) return 'private-key'
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const keys = lines.map(readLine)
  return keys.length > 0 && keys.every((key) => key !== null) ? keys : 'no-key'
}

function readLine(line: string): SshKey | null {
  const [, type, data, comment] = format.exec(line) ?? []
  if (type === undefined || data === undefined) return null
  const bytes = Buffer.from(data, 'base64')
  if (!isWhole(type, bytes)) return null
  const digest = createHash('sha256').update(bytes).digest('base64')
  return { line, name: comment?.trim() || type, fingerprint: `SHA256:${digest.replace(/=+$/, '')}` }
}

/** Returns whether a line is a public key that lets no user in because a part is missing. */
export function isCutOff(line: string): boolean {
  const [, type, data] = format.exec(line.trim()) ?? []
  return type !== undefined && data !== undefined && !isWhole(type, Buffer.from(data, 'base64'))
}

/**
 * Returns whether the data of a key are whole: strings, each behind its length, of which the first
 * one is the type (RFC 4253, 6.6). A key that was cut off when it was copied lets no user in.
 */
function isWhole(type: string, bytes: Buffer): boolean {
  let at = 0
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (at === 0 && bytes.toString('latin1', 4, end) !== type) return false
    at = end
  }
  return at === bytes.length && at > 4 + type.length
}
