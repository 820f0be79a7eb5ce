/** Builds a packet in the new format, with a five-octet length (RFC 9580, section 4.2). */
export function packet(tag: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(6)
  head[0] = 0xc0 | tag
  head[1] = 0xff
  head.writeUInt32BE(body.length, 2)
  return Buffer.concat([head, body])
}

export const tags = { signature: 2, compressed: 8, literal: 11 }

/**
 * Returns the body of a packet written by gpg: the old format, with a length of one or two octets.
 */
export const bodyOf = (signature: Buffer): Buffer => signature.subarray(signature[0]! & 3 ? 3 : 2)

/**
 * Returns the signature with changed bytes at the start of its body. Offsets: 0 version, 1 type, 2
 * key algorithm, 3 hash.
 */
export function withHead(signature: Buffer, change: Record<number, number>): Buffer {
  const body = Buffer.from(bodyOf(signature))
  for (const [at, byte] of Object.entries(change)) body[Number(at)] = byte
  return packet(tags.signature, body)
}

/** Returns the signature with other subpackets in its unsigned part (RFC 9580, section 5.2.3). */
export function withUnhashed(signature: Buffer, subpackets: Buffer): Buffer {
  const body = bodyOf(signature)
  const start = 6 + body.readUInt16BE(4)
  const length = Buffer.alloc(2)
  length.writeUInt16BE(subpackets.length)
  return packet(
    tags.signature,
    Buffer.concat([body.subarray(0, start), length, subpackets, body.subarray(start + 2 + body.readUInt16BE(start))]),
  )
}

export function subpacket(type: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(6)
  head[0] = 0xff
  head.writeUInt32BE(content.length + 1, 1)
  head[5] = type
  return Buffer.concat([head, content])
}

export const subpackets = { issuer: 16, embeddedSignature: 32, issuerFingerprint: 33 }
