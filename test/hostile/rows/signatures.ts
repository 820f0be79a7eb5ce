import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { config, enums, PacketList, PublicSubkeyPacket, readKey, readPrivateKey, SignaturePacket } from 'openpgp'
import { daysAgo } from '../gpg-home.ts'
import { signedBytes, type HostileWorld } from '../hostile-world.ts'
import { bodyOf, packet, subpacket, subpackets, tags, withHead, withUnhashed } from '../openpgp-packets.ts'
import type { Tampering } from '../tampering.ts'

const malformed = { code: 'signature-malformed' as const }
const bad = { code: 'signature-bad' as const }

/** A modified signature by the trusted key. */
const changed =
  (change: (signature: Buffer, world: HostileWorld) => Buffer | Promise<Buffer>, ...how: string[]) =>
  async (world: HostileWorld) => {
    const keyring = await world.gpg.keyring('trusted')
    const signature = await world.gpg.sign('trusted', signedBytes, ...how)
    return world.prove(await change(signature, world), keyring)
  }
const made = (...how: string[]) => changed((signature) => signature, ...how)

/** A signature by a separate key, which the keyring contains in its current state. */
const signedBy = (name: string, algorithm: string) => async (world: HostileWorld) => {
  await world.gpg.key(name, algorithm)
  return world.prove(await world.gpg.sign(name, signedBytes), await world.gpg.keyring(name))
}

/** A signature by a subkey. The caller changes the key afterwards. */
async function bySubkey(world: HostileWorld, name: string, { born = 900, expires = 'never', signed = 0 } = {}) {
  const subkey = await world.gpg.addSubkey(name, born, expires)
  return { subkey, signature: await world.gpg.sign(`${subkey}!`, signedBytes, ...daysAgo(signed)) }
}

/** Builds a key that claims another user's key as its subkey, without that key's consent. */
async function adopt(world: HostileWorld, parent: string, child: string): Promise<string> {
  await Promise.all([world.gpg.key(parent), world.gpg.key(child)])
  const own = await readPrivateKey({
    binaryKey: new Uint8Array(await world.gpg.run(['--export-secret-keys', parent])),
  })
  const stranger = await readKey({ binaryKey: new Uint8Array(await world.gpg.export(child)) })
  const subkey = new PublicSubkeyPacket()
  await subkey.read(stranger.keyPacket.write())
  const binding = Object.assign(new SignaturePacket(), {
    signatureType: enums.signature.subkeyBinding,
    publicKeyAlgorithm: own.keyPacket.algorithm,
    hashAlgorithm: enums.hash.sha512,
    keyFlags: [enums.keyFlags.signData],
  })
  const data = { key: own.keyPacket, bind: subkey }
  await (binding.sign as (...all: unknown[]) => Promise<void>)(own.keyPacket, data, new Date(), false, config)
  const list = new PacketList()
  list.push(...own.toPublic().toPacketList(), subkey, binding)
  return world.save('adopted.gpg', (list.write as () => Uint8Array)())
}

/** Builds nested signatures, as deep as 60 KB allow. */
function nest(): Buffer {
  let inner: Buffer = Buffer.alloc(0)
  for (let size = 0; size < 60_000; size = inner.length) {
    const embedded = inner.length === 0 ? inner : subpacket(subpackets.embeddedSignature, inner)
    if (embedded.length > 65_000) break
    const length = Buffer.alloc(2)
    length.writeUInt16BE(embedded.length)
    const created = Buffer.from([5, 2, 0x65, 0, 0, 0])
    inner = Buffer.concat([Buffer.from([4, 0, 22, 8, 0, 6]), created, length, embedded, Buffer.from([0, 0])])
  }
  return packet(tags.signature, inner)
}

const pinned = async (world: HostileWorld, name: string) => {
  const fingerprint = await world.gpg.key(name)
  const armored = (await world.gpg.run(['--armor', '--export', name])).toString()
  return world.ports({ keys: { pinned: [{ fingerprint, release: 44 }], bundled: async () => armored, urls: () => [] } })
}

const harmless = { code: null }

export const signatures: Tampering[] = [
  {
    what: 'that says that it is over MD5',
    meet: changed((signature) => withHead(signature, { 3: 1 })),
    code: 'signature-weak',
    details: { algorithm: 'MD5' },
  },
  { what: 'over RIPEMD-160', meet: made('--digest-algo', 'RIPEMD160'), code: 'signature-weak' },
  {
    what: 'over a hash that nobody knows',
    meet: changed((signature) => withHead(signature, { 3: 99 })),
    ...malformed,
  },
  {
    what: 'by an RSA key of 1024 bits',
    meet: signedBy('small', 'rsa1024'),
    code: 'signature-weak',
    details: { algorithm: 'rsaEncryptSign 1024' },
  },
  { what: 'by a DSA key', meet: signedBy('old', 'dsa1024'), code: 'signature-weak' },
  ...[3, 5, 6, 77].map((version): Tampering => ({
    what: `of version ${version}`,
    meet: changed((signature) => withHead(signature, { 0: version })),
    ...malformed,
  })),
  {
    what: 'of a text, whose lines may end as they like',
    meet: changed((_signature, { gpg }) => gpg.sign('trusted', Buffer.from('a line\n'), '--textmode')),
    ...malformed,
    details: { reason: 'it does not sign a file' },
  },
  {
    what: 'that certifies a key',
    meet: changed((signature) => withHead(signature, { 1: 0x10 })),
    ...malformed,
    details: { reason: 'it does not sign a file' },
  },
  { what: 'in a text that it signs', meet: made('--clear-sign'), ...malformed },
  {
    what: 'that is a key',
    meet: changed((_signature, { gpg }) => gpg.run(['--armor', '--export', 'trusted'])),
    ...malformed,
  },
  {
    what: 'in armor, of random bytes',
    meet: changed(() =>
      Buffer.from(
        `-----BEGIN PGP SIGNATURE-----\n\n${randomBytes(9000).toString('base64')}\n-----END PGP SIGNATURE-----\n`,
      ),
    ),
    ...malformed,
  },
  {
    what: 'in armor with headers without end',
    meet: changed(() => Buffer.from(`-----BEGIN PGP SIGNATURE-----\n${'Comment: \u001b[2J\n'.repeat(4000)}`)),
    ...malformed,
  },
  {
    what: 'together with forty others',
    meet: changed((signature) => Buffer.concat(Array<Buffer>(41).fill(signature))),
    ...malformed,
    details: { reason: 'it has more than 16 signatures' },
  },
  { what: 'of signatures in signatures', meet: changed(nest), ...malformed },
  {
    what: 'that is compressed, to a bomb',
    meet: changed(() =>
      packet(
        tags.compressed,
        Buffer.concat([Buffer.from([1]), deflateRawSync(packet(tags.literal, Buffer.alloc(48 * 1024 * 1024)))]),
      ),
    ),
    ...malformed,
  },
  {
    what: 'that is compressed',
    meet: changed((signature) => packet(tags.compressed, Buffer.concat([Buffer.from([0]), signature]))),
    ...malformed,
  },
  {
    what: 'in parts',
    meet: changed((signature) => {
      const body = bodyOf(signature)
      // A first part of 2^6 bytes, then the rest with its length.
      const rest = body.subarray(64)
      return Buffer.concat([Buffer.from([0xc2, 0xe6]), body.subarray(0, 64), Buffer.from([rest.length]), rest])
    }),
    ...malformed,
  },
  {
    what: 'that says that it has four billion bytes',
    meet: changed((signature) => Buffer.concat([Buffer.from([0xc2, 0xff, 0xff, 0xff, 0xff, 0xff]), bodyOf(signature)])),
    ...malformed,
  },
  {
    what: 'with bytes behind it',
    meet: changed((signature) => Buffer.concat([signature, Buffer.from('and more')])),
    ...malformed,
  },
  {
    what: 'with the text that it signs behind it',
    meet: changed((signature) => Buffer.concat([signature, packet(tags.literal, Buffer.from('b\0\0\0\0\0text'))])),
    ...malformed,
  },
  {
    what: 'that ends too early',
    meet: changed((signature) => signature.subarray(0, signature.length - 9)),
    ...malformed,
  },
  {
    what: 'with something critical in it that nobody knows',
    meet: made('--sig-notation', '!trust@example.org=none'),
    ...bad,
  },
  {
    what: 'that names the fingerprint of another key with the same end',
    meet: changed((signature, { gpg }) =>
      gpg.key('trusted').then((fingerprint) => {
        const lie = Buffer.concat([Buffer.from([4]), randomBytes(12), Buffer.from(fingerprint, 'hex').subarray(12)])
        return withUnhashed(signature, subpacket(subpackets.issuerFingerprint, lie))
      }),
    ),
    ...bad,
  },
  {
    what: 'that names another key',
    meet: changed((signature) => withUnhashed(signature, subpacket(subpackets.issuer, Buffer.alloc(8, 0xab)))),
    code: 'key-unknown',
    details: { key: 'ABABABABABABABAB' },
  },
  {
    what: 'that names another trusted key',
    meet: async (world) => {
      const keyring = await world.gpg.keyring('trusted', 'second')
      const other = Buffer.from(await world.gpg.key('second'), 'hex')
      const signature = await world.gpg.sign('trusted', signedBytes)
      const lie = subpacket(subpackets.issuerFingerprint, Buffer.concat([Buffer.from([4]), other]))
      return world.prove(withUnhashed(signature, lie), keyring)
    },
    ...bad,
  },
  ...(['first', 'last'] as const).map((place): Tampering => ({
    what: `that is good, with one of another image that comes ${place}`,
    meet: changed(async (good, { gpg }) => {
      const other = await gpg.sign('trusted', Buffer.from('another image'))
      return Buffer.concat(place === 'first' ? [other, good] : [good, other])
    }),
    ...bad,
  })),
  {
    what: 'that is good, with one of a stranger before it',
    meet: changed(async (good, { gpg }) => Buffer.concat([await gpg.sign('stranger', signedBytes), good])),
    ...harmless,
  },
  {
    what: 'that is good, with one that expired before it',
    meet: changed(async (good, { gpg }) =>
      Buffer.concat([await gpg.sign('trusted', signedBytes, ...daysAgo(90), '--default-sig-expire', '3d'), good]),
    ),
    ...harmless,
  },
  {
    what: 'by a subkey that its key binds, and that binds itself',
    meet: async (world) => {
      const { signature } = await bySubkey(world, 'with a good subkey')
      const keyring = await world.gpg.keyring('with a good subkey')
      const proved = (await world.prove(signature, keyring)) as { fingerprint: string }
      // The receipt names the trusted key.
      if (proved.fingerprint !== (await world.gpg.key('with a good subkey'))) throw new Error(proved.fingerprint)
    },
    ...harmless,
  },
  {
    what: 'by a subkey that expired since',
    meet: async (world) => {
      const { signature } = await bySubkey(world, 'with an old subkey', { expires: '30d', signed: 890 })
      return world.prove(signature, await world.gpg.keyring('with an old subkey'))
    },
    code: 'key-expired',
  },
  {
    what: 'by a subkey that was withdrawn since, for another',
    meet: async (world) => {
      const name = 'with a withdrawn subkey'
      const { signature } = await bySubkey(world, name, { signed: 800 })
      const primary = await world.gpg.key(name)
      // Reason 2: superseded. Such a revocation applies from its date on.
      const answers = ['key 1', 'revkey', 'y', '2', '', 'y', 'save', ''].join('\n')
      await world.gpg.run(['--no-batch', '--no-tty', '--command-fd', '0', '--edit-key', primary], answers)
      return world.prove(signature, await world.gpg.keyring(name))
    },
    code: 'key-revoked',
  },
  {
    what: 'by a stranger’s key that a trusted one calls its subkey',
    meet: async (world) =>
      world.prove(await world.gpg.sign('stranger', signedBytes), await adopt(world, 'trusted', 'stranger')),
    code: 'key-unusable',
  },
  {
    what: 'by a stranger’s subkey that was put behind a trusted key',
    meet: async (world) => {
      const { signature } = await bySubkey(world, 'a stranger with a subkey')
      const [trusted, stranger] = await Promise.all([
        world.gpg.key('trusted').then(() => world.gpg.export('trusted')),
        readKey({ binaryKey: new Uint8Array(await world.gpg.export('a stranger with a subkey')) }),
      ])
      const all = stranger.toPacketList()
      // The subkey and all packets after it.
      const behind = all.slice(all.indexOfTag(enums.packet.publicSubkey)[0])
      const list = new PacketList()
      list.push(...behind)
      const spliced = Buffer.concat([trusted, (list.write as () => Uint8Array)()])
      return world.prove(signature, await world.save('spliced.gpg', spliced))
    },
    code: 'key-unusable',
  },
  {
    what: 'by a subkey of a pinned key, since only that key itself is pinned',
    meet: async (world) => {
      const { signature } = await bySubkey(world, 'pinned')
      return world.prove(signature, null, await pinned(world, 'pinned'))
    },
    code: 'key-not-pinned',
  },
  {
    what: 'by a key that was made after it signed',
    meet: async (world) => {
      const keyring = await world.gpg.keyring('trusted')
      await world.gpg.key('trusted')
      const key = await readPrivateKey({
        binaryKey: new Uint8Array(await world.gpg.run(['--export-secret-keys', 'trusted'])),
      })
      const signature = Object.assign(new SignaturePacket(), {
        signatureType: enums.signature.binary,
        publicKeyAlgorithm: key.keyPacket.algorithm,
        hashAlgorithm: enums.hash.sha256,
      })
      const data = { text: null, getBytes: () => new Uint8Array(signedBytes) }
      const before = new Date('2001-02-03')
      await (signature.sign as (...all: unknown[]) => Promise<void>)(key.keyPacket, data, before, true, config)
      return world.prove(packet(tags.signature, signature.write() as Uint8Array), keyring)
    },
    code: 'key-unusable',
  },
]
