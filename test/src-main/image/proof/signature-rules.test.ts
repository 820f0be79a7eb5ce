import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import {
  config,
  enums,
  generateKey,
  LiteralDataPacket,
  SignaturePacket,
  type PrivateKey,
  type SecretKeyPacket,
} from 'openpgp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf } from '../../../../src-main/memory/digest.ts'
import { checkSignature } from '../../../../src-main/image/proof/signature.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'
import { saying } from '../../../support/expect/saying.ts'

// Signatures that gpg never makes, built with openpgp.js packet by packet.

const image = Buffer.from('an image')
const [born, signed] = [new Date('2025-01-01T00:00:00Z'), new Date('2026-01-01T00:00:00Z')]
const hour = 3600 * 1000

let directory: TemporaryDirectory
let testPorts: TestPorts
let key: PrivateKey
let keyring: string
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
  testPorts = await makeTestPorts()
  const made = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: { name: 'Test', email: 'test@example.org' },
    date: born,
    format: 'object',
  })
  key = made.privateKey
  keyring = directory.file('keyring.asc')
  await writeFile(keyring, made.publicKey.armor())
})
afterAll(async () => {
  await testPorts.dispose()
  await directory.dispose()
})

/** Members that are missing from the types of openpgp.js. */
interface UnsignedPacket {
  signatureType: enums.signature
  publicKeyAlgorithm: enums.publicKey
  hashAlgorithm: enums.hash
  sign(key: SecretKeyPacket, data: unknown, date: Date, detached: boolean, rules: typeof config): Promise<void>
  write(): Uint8Array
}

async function sign({
  type = enums.signature.binary,
  date = signed,
  as = key.keyPacket as SecretKeyPacket,
  expiresAfter = null as number | null,
} = {}): Promise<Uint8Array> {
  const data = new LiteralDataPacket() as unknown as { setBytes(bytes: Uint8Array, format: number): void }
  data.setBytes(image, enums.literal.binary)
  const packet = new SignaturePacket() as unknown as UnsignedPacket
  packet.signatureType = type
  packet.publicKeyAlgorithm = key.keyPacket.algorithm
  packet.hashAlgorithm = enums.hash.sha256
  if (expiresAfter !== null)
    Object.assign(packet, { signatureExpirationTime: expiresAfter, signatureNeverExpires: false })
  await packet.sign(as, data, date, true, config)
  const body = packet.write()
  // RFC 9580, 4.2.1: the packet's tag, and its length in four bytes.
  const header = Buffer.from([0xc0 | enums.packet.signature, 0xff, 0, 0, 0, 0])
  header.writeUInt32BE(body.length, 2)
  return Buffer.concat([header, body])
}

async function prove(signature: Uint8Array, now = signed.getTime()) {
  const { signal } = new AbortController()
  const check = await checkSignature(testPorts.ports, signature, { source: 'x', keyring, retries: 0, signal, now })
  await check.prove(digestOf(createHash(check.hashName).update(image)))
}

describe('a signature', () => {
  test('over the bytes of a file, by a key that is older, is good', async () => {
    await prove(await sign())
    await prove(await sign({ date: born }))
  })

  test('of a text, or of anything but a file, is none', async () => {
    for (const type of [enums.signature.text, enums.signature.standalone])
      expect(await failureOf(sign({ type }).then((signature) => prove(signature)))).toMatchObject({
        code: 'signature-malformed',
        details: { reason: saying('file') },
      })
  })

  test('that is older than its key is refused', async () => {
    const signature = await sign({ date: new Date(born.getTime() - hour) })
    expect(await failureOf(prove(signature))).toMatchObject({ code: 'key-unusable' })
  })

  test('that names another key than the one that made it is bad', async () => {
    // The key is looked up by the last eight bytes of its fingerprint.
    const name = Uint8Array.from(key.keyPacket.getFingerprintBytes()!, (byte, index) => (index < 12 ? ~byte : byte))
    const liar = Object.create(key.keyPacket, { getFingerprintBytes: { value: () => name } }) as SecretKeyPacket
    expect(await failureOf(sign({ as: liar }).then((signature) => prove(signature)))).toMatchObject({
      code: 'signature-bad',
      details: { reason: saying('it names a key that did not make it') },
    })
  })

  test('may be made up to a day later than this clock says', async () => {
    const signature = await sign()
    await prove(signature, signed.getTime() - 24 * hour)
    expect(await failureOf(prove(signature, signed.getTime() - 24 * hour - 1))).toMatchObject({
      code: 'signature-from-future',
    })
  })

  test('is good until the second in which it expires', async () => {
    const signature = await sign({ expiresAfter: 3600 })
    await prove(signature, signed.getTime() + hour - 1)
    expect(await failureOf(prove(signature, signed.getTime() + hour))).toMatchObject({ code: 'signature-expired' })
  })

  test('may stand with others, sixteen in all', async () => {
    const signature = await sign()
    await prove(Buffer.concat(Array.from({ length: 16 }, () => signature)))
    expect(await failureOf(prove(Buffer.concat(Array.from({ length: 17 }, () => signature))))).toMatchObject({
      code: 'signature-malformed',
    })
  })
})
