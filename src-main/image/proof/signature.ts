import { config, enums, readSignature, SignaturePacket, UnparseablePacket, type AnyKeyPacket, type Key } from 'openpgp'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say, type Phrase, type Said } from '../../../src-shared/phrases.ts'
import type { Digest } from '../../memory/digest.ts'
import { findKey, type KeyPorts, type KeySearch } from './keys.ts'
import { maxSignature } from '../source/max-signature.ts'
import type { SignedBy } from '../source/source.ts'

/** A signature by a trusted key, before it is compared with the bytes that it signs. */
export interface SignatureCheck {
  /** The signature file as it was received. */
  readonly bytes: Uint8Array
  readonly signedBy: SignedBy
  /** Fedora release that the key signs; null for a key of a keyring. */
  readonly fedora: number | null
  /** Name of the hash over the signed bytes, as `startHash` accepts it: `sha256`, … */
  readonly hashName: string
  /**
   * Proves that the signature belongs to the bytes that were hashed.
   * @param digest – of `hashName`, over all signed bytes
   * @throws signature-bad
   */
  prove(digest: Digest): Promise<void>
}

const maxPackets = 16

/**
 * Reads a detached signature and finds its key, before a byte of the image is needed. If there are
 * several signatures, those by untrusted keys are ignored. All those by trusted keys that use the
 * same hash must belong to the image.
 * @param source – name of the image, for messages
 * @param now – in milliseconds since the epoch
 * @throws signature-malformed, signature-weak, signature-expired, signature-from-future,
 *   key-unknown, key-not-pinned, key-expired, key-revoked, key-unusable, key-unavailable,
 *   keyring-unreadable
 */
export async function checkSignature(
  ports: KeyPorts,
  bytes: Uint8Array,
  { source, now, ...search }: { source: string; now: number } & KeySearch,
): Promise<SignatureCheck> {
  const packets = await parsePackets(bytes, source)
  return checkPackets(ports, { bytes, packets, types: [enums.signature.binary] }, { source, now, ...search })
}

/**
 * Reads the signature of a signed text, as `checkSignature` reads a detached one. gpg makes
 * signatures of type text, some libraries make binary ones. Both cover the same bytes.
 * @throws as `checkSignature`
 */
export async function checkTextSignature(
  ports: KeyPorts,
  packets: unknown[],
  about: { source: string; now: number } & KeySearch,
): Promise<SignatureCheck> {
  const types = [enums.signature.binary, enums.signature.text]
  return checkPackets(ports, { bytes: new Uint8Array(), packets: pickReadable(packets, about.source), types }, about)
}

async function checkPackets(
  ports: KeyPorts,
  { bytes, packets, types }: { bytes: Uint8Array; packets: SignaturePacket[]; types: enums.signature[] },
  { source, now, ...search }: { source: string; now: number } & KeySearch,
): Promise<SignatureCheck> {
  const trusted: TrustedPacket[] = []
  let refusal: unknown
  for (const packet of packets) {
    try {
      trusted.push(await trustPacket(ports, packet, { source, now, types, ...search }))
    } catch (error) {
      refusal ??= error
    }
  }
  const first = trusted.find(({ hashName }) => hashName === 'sha256') ?? trusted[0]
  if (first === undefined) throw refusal
  const { hashName, signedBy, fedora } = first
  const together = trusted.filter((one) => one.hashName === hashName)
  return {
    bytes,
    signedBy,
    fedora,
    hashName,
    async prove(digest) {
      for (const { packet, key, created } of together)
        if (!(await belongsTo(packet, key, digest, created))) throw new KindlingError('signature-bad')
    },
  }
}

async function parsePackets(bytes: Uint8Array, source: string): Promise<SignaturePacket[]> {
  const malformed = (reason: Said) => new KindlingError('signature-malformed', { source, reason })
  if (bytes.length === 0) throw malformed(say('file-empty'))
  if (bytes.length > maxSignature) throw malformed(say('file-too-long', { most: maxSignature }))
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 64)).toString('latin1')
  let packets: unknown[]
  try {
    const signature = text.trimStart().startsWith('-----BEGIN')
      ? await readSignature({ armoredSignature: Buffer.from(bytes).toString('latin1') })
      : await readSignature({ binarySignature: new Uint8Array(bytes) })
    packets = [...signature.packets]
  } catch (error) {
    throw malformed(reasonOf(error))
  }
  return pickReadable(packets, source)
}

function pickReadable(packets: unknown[], source: string): SignaturePacket[] {
  const malformed = (reason: Said) => new KindlingError('signature-malformed', { source, reason })
  if (packets.length > maxPackets) throw malformed(say('signatures-too-many', { most: maxPackets }))
  // openpgp.js represents packets that it cannot read by another class.
  const readable = packets.filter((packet) => packet instanceof SignaturePacket)
  if (readable.length === 0) throw malformed(nameUnknown(packets))
  return readable
}

/**
 * Algorithms that openpgp.js does not know, by their ids in IANA's registry "OpenPGP Public Key
 * Algorithms".
 */
const laterAlgorithms: Record<number, string> = {
  30: 'ML-DSA-65+Ed25519',
  31: 'ML-DSA-87+Ed448',
  32: 'SLH-DSA-SHAKE-128s',
  33: 'SLH-DSA-SHAKE-128f',
  34: 'SLH-DSA-SHAKE-256s',
}

/**
 * Returns why openpgp.js cannot read any of these packets. Version, type and the algorithm of the
 * key are the first bytes of a signature in versions 4 and 6 (RFC 9580, 5.2.3).
 */
function nameUnknown(packets: unknown[]): Phrase {
  for (const packet of packets) {
    if (!(packet instanceof UnparseablePacket) || packet.tag !== enums.packet.signature) continue
    const [version, , algorithm] = packet.write()
    if ((version !== 4 && version !== 6) || algorithm === undefined || algorithm in algorithmNames) continue
    const name = laterAlgorithms[algorithm]
    return say('signature-algorithm', { algorithm: name === undefined ? algorithm : `${algorithm} (${name})` })
  }
  return say('signature-version-unknown')
}

const algorithmNames = Object.fromEntries(Object.entries(enums.publicKey).map(([name, id]) => [id, name]))

interface TrustedPacket {
  packet: SignaturePacket
  key: AnyKeyPacket
  created: Date
  hashName: string
  fedora: number | null
  signedBy: SignedBy
}

async function trustPacket(
  ports: KeyPorts,
  packet: SignaturePacket,
  { source, now, types, ...search }: { source: string; now: number; types: enums.signature[] } & KeySearch,
): Promise<TrustedPacket> {
  if (packet.version !== 4 && packet.version !== 6)
    throw new KindlingError('signature-malformed', {
      source,
      reason: say('signature-version', { version: packet.version }),
    })
  if (packet.signatureType === null || !types.includes(packet.signatureType))
    throw new KindlingError('signature-malformed', { source, reason: say('signature-of-no-file') })
  const hashName = nameHash(packet, source)
  const created = packet.created ?? new Date(NaN)
  // Tolerates a clock that is up to a day behind.
  if (!(created.getTime() <= now + 24 * 3600 * 1000))
    throw new KindlingError('signature-from-future', {
      date: Number.isNaN(created.getTime()) ? say('no-date') : created.toISOString(),
    })
  const expires = packet.getExpirationTime()
  if (expires instanceof Date && expires.getTime() <= now)
    throw new KindlingError('signature-expired', { date: expires.toISOString() })

  const { key, trustedBy, fedora, owner } = await findKey(ports, packet.issuerKeyID, search)
  const keyPacket = await requireValidKey(key, packet, new Date(Math.max(now, created.getTime())))
  return {
    packet,
    key: keyPacket,
    created,
    hashName,
    fedora,
    signedBy: {
      fingerprint: nameKey(key),
      signer: owner,
      signedAt: created.toISOString(),
      trustedBy,
    },
  }
}

/**
 * Names the hash of a signature.
 * @returns the name of the hash, as `startHash` accepts it
 * @throws signature-malformed, signature-weak
 */
function nameHash(packet: SignaturePacket, source: string): string {
  const algorithm = packet.hashAlgorithm
  const name = Object.entries(enums.hash).find(([, value]) => value === algorithm)?.[0]
  if (name === undefined || algorithm === null)
    throw new KindlingError('signature-malformed', {
      source,
      reason: say('signature-hash-unknown', { id: algorithm ?? '?' }),
    })
  if (config.rejectMessageHashAlgorithms.has(algorithm) || config.rejectHashAlgorithms.has(algorithm))
    throw new KindlingError('signature-weak', { algorithm: name.toUpperCase() })
  const ofNode = name.replace('_', '-')
  // openpgp.js has read a salt of the length that the hash requires (RFC 9580, 5.2.3), but its
  // types do not declare the field.
  const { salt } = packet as SignaturePacket & { salt: Uint8Array | null }
  return packet.version === 6 ? `${ofNode}+${Buffer.from(salt!).toString('hex')}` : ofNode
}

/**
 * Requires that the key is valid now, and is old enough to have made the signature. A subkey signs
 * for its primary key if both confirm it: the primary key binds the subkey, and the subkey binds
 * itself to it (RFC 9580, 5.2.1.9). openpgp.js enforces that.
 * @param now – current time, or the time of the signature if the clock is behind it
 * @throws key-expired, key-revoked, key-unusable, signature-weak, signature-bad
 */
async function requireValidKey(key: Key, packet: SignaturePacket, now: Date): Promise<AnyKeyPacket> {
  const name = nameKey(key)
  if (await key.isRevoked(undefined, undefined, now)) throw new KindlingError('key-revoked', { key: name })
  const expires = await key.getExpirationTime()
  if (expires instanceof Date && expires <= now)
    throw new KindlingError('key-expired', { key: name, date: expires.toISOString() })
  const signing = await key.getSigningKey(packet.issuerKeyID, now).catch((error: unknown) => {
    throw describeUnusable(key, packet, String(reasonOf(error)))
  })
  const keyPacket = signing.keyPacket as AnyKeyPacket
  // A version 6 key makes only version 6 signatures, and other keys make none of them (RFC 9580,
  // 5.2.3).
  if (keyPacket.version !== packet.version)
    throw new KindlingError('key-unusable', { key: name, reason: say('key-version', { version: packet.version ?? 0 }) })
  if (keyPacket.created > (packet.created ?? now))
    throw new KindlingError('key-unusable', { key: name, reason: say('key-made-later') })
  // The issuer's fingerprint may be in the unsigned part of a signature. If it is not that of the
  // key, the signature was changed.
  const issuer = packet.issuerFingerprint
  if (issuer !== null && !Buffer.from(issuer).equals(keyPacket.getFingerprintBytes() ?? new Uint8Array()))
    throw new KindlingError('signature-bad', { reason: say('key-is-another') })
  return keyPacket
}

/** Returns the error for a key that may not sign. openpgp.js states the reason only in words. */
function describeUnusable(key: Key, packet: SignaturePacket, reason: string): KindlingError {
  const name = nameKey(key)
  if (/revoked/i.test(reason)) return new KindlingError('key-revoked', { key: name })
  if (/expired/i.test(reason)) return new KindlingError('key-expired', { key: name, date: say('earlier-date') })
  if (/too weak/i.test(reason)) {
    const { algorithm, bits } = key.getKeys(packet.issuerKeyID)[0]!.getAlgorithmInfo()
    return new KindlingError('signature-weak', { algorithm: `${algorithm} ${bits ?? ''}`.trim() })
  }
  return new KindlingError('key-unusable', { key: name, reason })
}

const nameKey = (key: Key): string => key.getFingerprint().toUpperCase()

/**
 * Tells whether a signature matches the data. It covers the data, its own hashed part, and a
 * trailer (RFC 9580, 5.2.4). The data was hashed while it streamed. `hashed` is the field in which
 * openpgp.js keeps a digest that it need not compute, for signatures that it streams.
 */
async function belongsTo(packet: SignaturePacket, key: AnyKeyPacket, digest: Digest, date: Date): Promise<boolean> {
  const signed = packet.signatureData ?? new Uint8Array()
  const trailer = Buffer.alloc(6)
  trailer.writeUInt8(packet.version!, 0)
  trailer.writeUInt8(0xff, 1)
  trailer.writeUInt32BE(signed.length, 2)
  const withDigest = packet as SignaturePacket & { hashed: Uint8Array }
  withDigest.hashed = new Uint8Array(await digest(Buffer.concat([signed, trailer])))
  try {
    await withDigest.verify(key, enums.signature.binary, new Uint8Array(), date, true)
    return true
  } catch {
    return false
  }
}
