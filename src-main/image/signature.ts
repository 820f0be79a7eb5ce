import type { Hash } from 'node:crypto'
import { enums, readSignature, type SignaturePacket, config, type AnyKeyPacket } from 'openpgp'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { findKey, type KeyPorts, type TrustedKey } from './keys.ts'

export interface SignedBy {
  /** 40 hexadecimal digits, upper case: the primary key's. */
  fingerprint: string
  /** For people: "Fedora 44", or the user id of a keyring's key. */
  signer: string | null
  /** ISO 8601. */
  signedAt: string
  trustedBy: 'pinned' | 'keyring'
}

/** A signature whose key is trusted; it waits for the bytes that it signs. */
export interface SignatureCheck {
  /** The signature file as it came. */
  readonly bytes: Uint8Array
  readonly signedBy: SignedBy
  /** Name of the hash over the signed bytes, as node:crypto knows it: `sha256`, … */
  readonly hashName: string
  /**
   * Proves that the signature belongs to the bytes that were hashed.
   * @param hash a hash of `hashName` over all signed bytes; it is consumed
   * @throws signature-bad
   */
  prove(hash: Hash): Promise<void>
}

const maxPackets = 16

/**
 * Reads a detached signature and finds its key, before a byte of the image is needed.
 * @param source name of the image, for words
 * @param keyring path, or null
 * @param now milliseconds since the epoch
 * @throws signature-malformed, signature-weak, signature-expired, signature-from-future, key-unknown, key-not-pinned,
 *   key-expired, key-revoked, key-unavailable, keyring-unreadable
 */
export async function checkSignature(
  ports: KeyPorts,
  bytes: Uint8Array,
  { source, keyring, now }: { source: string; keyring: string | null; now: number },
): Promise<SignatureCheck> {
  const packets = await parsePackets(bytes, source)
  let refusal: unknown
  for (const packet of packets) {
    try {
      return { bytes, ...(await trustPacket(ports, packet, { source, keyring, now })) }
    } catch (error) {
      refusal ??= error
    }
  }
  throw refusal
}

async function parsePackets(bytes: Uint8Array, source: string): Promise<SignaturePacket[]> {
  const malformed = (reason: string) => new KindlingError('signature-malformed', { source, reason })
  if (bytes.length === 0) throw malformed('it is empty')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString('latin1')
  let packets: SignaturePacket[]
  try {
    const signature = text.trimStart().startsWith('-----BEGIN')
      ? await readSignature({ armoredSignature: Buffer.from(bytes).toString('latin1') })
      : await readSignature({ binarySignature: new Uint8Array(bytes) })
    packets = [...signature.packets] as SignaturePacket[]
  } catch (error) {
    throw malformed(reasonOf(error))
  }
  if (packets.length === 0) throw malformed('it holds no signature')
  if (packets.length > maxPackets) throw malformed(`it holds more than ${maxPackets} signatures`)
  return packets
}

async function trustPacket(
  ports: KeyPorts,
  packet: SignaturePacket,
  { source, keyring, now }: { source: string; keyring: string | null; now: number },
): Promise<Omit<SignatureCheck, 'bytes'>> {
  if (packet.version !== 4)
    throw new KindlingError('signature-malformed', { source, reason: `it has version ${packet.version}` })
  if (packet.signatureType !== enums.signature.binary)
    throw new KindlingError('signature-malformed', { source, reason: 'it does not sign a file' })
  const hashName = requireStrongHash(packet.hashAlgorithm, source)
  const created = packet.created ?? new Date(NaN)
  // A clock that is a day behind is no attack.
  if (!(created.getTime() <= now + 24 * 3600 * 1000))
    throw new KindlingError('signature-from-future', {
      date: Number.isNaN(created.getTime()) ? 'no date' : created.toISOString(),
    })
  const expires = packet.getExpirationTime()
  if (expires instanceof Date && expires.getTime() <= now)
    throw new KindlingError('signature-expired', { date: expires.toISOString() })

  const trusted = await findKey(ports, packet.issuerKeyID, keyring)
  const keyPacket = await requireValidKey(trusted, packet, created, new Date(now))
  const { key, trustedBy, owner } = trusted
  return {
    signedBy: {
      fingerprint: key.getFingerprint().toUpperCase(),
      signer: owner,
      signedAt: created.toISOString(),
      trustedBy,
    },
    hashName,
    prove: async (hash) => {
      if (!(await belongsTo(packet, keyPacket, hash, created))) throw new KindlingError('signature-bad')
    },
  }
}

/** @returns the name that node:crypto knows the hash by */
function requireStrongHash(algorithm: enums.hash | null, source: string): string {
  const name = Object.entries(enums.hash).find(([, value]) => value === algorithm)?.[0]
  if (name === undefined || algorithm === null)
    throw new KindlingError('signature-malformed', { source, reason: 'it uses a hash that nobody knows' })
  if (config.rejectMessageHashAlgorithms.has(algorithm) || config.rejectHashAlgorithms.has(algorithm))
    throw new KindlingError('signature-weak', { algorithm: name.toUpperCase() })
  return name.replace('_', '-')
}

/** The key must have been good when it signed, and must be good now. */
async function requireValidKey(
  { key }: TrustedKey,
  packet: SignaturePacket,
  created: Date,
  now: Date,
): Promise<AnyKeyPacket> {
  const name = key.getFingerprint().toUpperCase()
  if (await key.isRevoked()) throw new KindlingError('key-revoked', { key: name })
  const expires = await key.getExpirationTime()
  if (expires instanceof Date && (expires <= now || expires <= created))
    throw new KindlingError('key-expired', { key: name, date: expires.toISOString() })
  try {
    return (await key.getSigningKey(packet.issuerKeyID, created)).keyPacket as AnyKeyPacket
  } catch (error) {
    const reason = reasonOf(error)
    if (/revoked/i.test(reason)) throw new KindlingError('key-revoked', { key: name }, { cause: error })
    if (/expired/i.test(reason))
      throw new KindlingError('key-expired', { key: name, date: 'an unknown date' }, { cause: error })
    throw new KindlingError('signature-bad', { reason }, { cause: error })
  }
}

/**
 * A version 4 signature covers the data, its own hashed part, and a trailer (RFC 9580, 5.2.4). The data was hashed while
 * it streamed; `hashed` is where openpgp.js itself keeps a digest that it need not compute, for signatures it streams.
 */
async function belongsTo(packet: SignaturePacket, key: AnyKeyPacket, hash: Hash, date: Date): Promise<boolean> {
  const signed = packet.signatureData ?? new Uint8Array()
  const trailer = Buffer.alloc(6)
  trailer.writeUInt16BE(0x04ff, 0)
  trailer.writeUInt32BE(signed.length, 2)
  const digest = hash.update(signed).update(trailer).digest()
  const withDigest = packet as SignaturePacket & { hashed: Uint8Array }
  withDigest.hashed = new Uint8Array(digest)
  try {
    await withDigest.verify(key, enums.signature.binary, new Uint8Array(), date, true)
    return true
  } catch {
    return false
  }
}
