import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { makeSigner, type GpgSignerOptions, type SignOptions } from '../../support/mirror/gpg.ts'
import type { CliWorld } from '../../support/worlds/cli-world.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { flipBit, type BadInput } from './bad-input.ts'

const day = 24 * 3600 * 1000
const zeros = '0'.repeat(64)

/** An image with a faulty signature by a key in the keyring. */
const signed = async (world: CliWorld, options: SignOptions) => [
  '--image-file',
  await world.save('image.raw.xz', world.rawXz, await world.signer.sign(world.rawXz, options)),
]

/** An image signed by another key that is in the keyring. */
async function signedBy(world: CliWorld, options: GpgSignerOptions) {
  const signer = await makeSigner(options)
  try {
    const keyring = world.path('keyring.asc')
    await writeFile(keyring, signer.armoredPublicKey)
    const image = await world.serve('image.raw.xz', world.rawXz, await signer.sign(world.rawXz))
    return ['-u', image, '--keyring', keyring]
  } finally {
    await signer.dispose()
  }
}

const metal = (world: CliWorld, change: (file: Record<string, string | undefined>) => void) =>
  world
    .publish(({ architectures }) =>
      change(
        architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk'] as unknown as Record<
          string,
          string | undefined
        >,
      ),
    )
    .then((stream) => ['-s', stream])

export const badProofs: BadInput[] = [
  {
    what: 'the signature of another file',
    make: async (world) => [
      '--image-file',
      await world.save('image.raw.xz', world.rawXz, await world.signer.sign(Buffer.from('another file'))),
    ],
    asProcess: true,
    ...{ code: 'signature-bad', exit: 4, state: 'untouched' },
  },
  {
    what: 'the signature of another file, from a server',
    make: async (world) => [
      '-u',
      await world.serve('image.raw.xz', world.rawXz, await world.signer.sign(Buffer.from('another file'))),
    ],
    ...{ code: 'signature-bad', exit: 4, state: 'cleared' },
  },
  {
    what: 'the signature of another file, which --insecure does not excuse',
    make: async (world) => [
      '--insecure',
      '--image-file',
      await world.save('image.raw.xz', world.rawXz, await world.signer.sign(Buffer.from('another file'))),
    ],
    ...{ code: 'signature-bad', exit: 4, state: 'untouched' },
  },
  {
    what: 'a raw image with one bit flipped',
    make: async (world) => [
      '-u',
      await world.serve('image.raw', flipBit(world.raw), await world.signer.sign(world.raw)),
    ],
    ...{ code: 'signature-bad', exit: 4, state: 'cleared' },
  },
  {
    what: 'a key that neither the keyring nor Fedora has',
    make: async (world) => {
      const [, image] = await signedBy(world, {})
      return ['-u', image!]
    },
    ...{ code: 'key-unknown', exit: 4, state: 'untouched' },
  },
  {
    what: 'a key that is not pinned, without a keyring',
    make: async () => ({ args: [], env: { KINDLING_KEYRING: '' } }),
    asProcess: true,
    ...{ code: 'key-not-pinned', exit: 4, state: 'untouched' },
  },
  {
    what: 'a key that is not pinned, which --insecure does not excuse',
    make: async () => ({ args: ['--insecure'], env: { KINDLING_KEYRING: '' } }),
    ...{ code: 'key-not-pinned', exit: 4, state: 'untouched' },
  },
  {
    what: 'an image for another architecture, under a name of Fedora’s',
    make: async (world) => {
      const image = makeRawImage({ size: world.raw.length, architecture: 'ppc64le' })
      return ['-u', await world.serve('fedora-coreos-44.20260707.3.1-metal.x86_64.raw', image)]
    },
    ...{ code: 'image-is-another', exit: 4, state: 'untouched' },
  },
  {
    what: 'an ISO of another release than its name says',
    make: async (world) => ['-u', await world.serve('fedora-coreos-44.20260721.3.0-live-iso.x86_64.iso', world.iso)],
    ...{ code: 'image-is-another', exit: 4, state: 'untouched' },
  },
  {
    what: 'an expired key',
    make: (world) => signedBy(world, { validity: 'expired' }),
    ...{ code: 'key-expired', exit: 4, state: 'untouched' },
  },
  {
    what: 'a revoked key',
    make: (world) => signedBy(world, { validity: 'revoked' }),
    ...{ code: 'key-revoked', exit: 4, state: 'untouched' },
  },
  {
    what: 'an expired signature',
    make: (world) => signed(world, { madeAt: new Date(Date.now() - 30 * day), expiresAfterDays: 3 }),
    ...{ code: 'signature-expired', exit: 4, state: 'untouched' },
  },
  {
    what: 'a signature over SHA-1',
    make: (world) => signed(world, { hash: 'SHA1' }),
    ...{ code: 'signature-weak', exit: 4, state: 'untouched' },
  },
  {
    what: 'a signature from the future',
    make: (world) => signed(world, { madeAt: new Date(Date.now() + 30 * day) }),
    ...{ code: 'signature-from-future', exit: 4, state: 'untouched' },
  },
  {
    what: 'a signature that is no signature',
    make: async (world) => [
      '--image-file',
      await world.save('image.raw.xz', world.rawXz, Buffer.from('signed, honestly')),
    ],
    ...{ code: 'signature-malformed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a signature that is empty',
    make: async (world) => ['-u', await world.serve('image.raw.xz', world.rawXz, Buffer.alloc(0))],
    ...{ code: 'signature-malformed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a message that holds what it signs, as the signature',
    make: (world) => signed(world, { inline: true }),
    ...{ code: 'signature-malformed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a file without a signature',
    make: async (world) => ['--image-file', await world.save('image.raw.xz', world.rawXz, null)],
    ...{ code: 'signature-missing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a URL without a signature',
    make: async (world) => ['-u', await world.serve('image.raw.xz', world.rawXz, null)],
    ...{ code: 'signature-missing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a --signature that is not there, though --sha256 is right',
    make: async (world) => [
      ...['--image-file', await world.save('image.raw.xz', world.rawXz), '--signature', world.path('nowhere.sig')],
      ...['--sha256', sha256Of(world)],
    ],
    ...{ code: 'signature-missing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a stream’s artifact without a signature, though --sha256 is right',
    make: async (world) => [
      ...(await metal(world, (file) => delete file['signature'])),
      ...['--sha256', sha256Of(world)],
    ],
    ...{ code: 'signature-missing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a wrong --sha256 of a file',
    make: async (world) => [
      ...['--image-file', await world.save('image.raw.xz', world.rawXz, null), '--sha256', zeros],
    ],
    ...{ code: 'sha256-mismatch', exit: 4, state: 'untouched' },
  },
  {
    what: 'a wrong --sha256 of a URL',
    make: async (world) => ['-u', await world.serve('image.raw.xz', world.rawXz, null), '--sha256', zeros],
    ...{ code: 'sha256-mismatch', exit: 4, state: 'cleared' },
  },
  {
    what: 'a wrong --sha256, though the signature is right',
    make: async (world) => ['-u', await world.serve('image.raw.xz', world.rawXz), '--sha256', zeros],
    ...{ code: 'sha256-mismatch', exit: 4, state: 'cleared' },
  },
  {
    what: 'a --sha256 that is a SHA-512',
    make: async (world) => [
      ...['--image-file', await world.save('image.raw.xz', world.rawXz, null), '--sha256', '0'.repeat(128)],
    ],
    ...{ code: 'usage', exit: 2, state: 'untouched' },
  },
  {
    what: 'a list of sums that does not name the image',
    make: async (world) => [
      ...['--image-file', await world.save('image.raw.xz', world.rawXz, null)],
      ...['--checksum-file', await world.save('SHA256SUMS', Buffer.from(`${zeros}  other.raw.xz\n`), null)],
    ],
    ...{ code: 'checksum-missing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a list of sums with two sums of the image',
    make: async (world) => [
      ...['-u', await world.serve('image.raw.xz', world.rawXz, null), '--checksum-file'],
      await world.save('S', Buffer.from(`${zeros}  image.raw.xz\n${sha256Of(world)}  image.raw.xz\n`), null),
    ],
    ...{ code: 'checksums-differ', exit: 4, state: 'untouched' },
  },
  {
    what: 'a list of sums that is not there',
    make: async (world) => [
      ...['--image-file', await world.save('image.raw.xz', world.rawXz, null)],
      ...['--checksum-file', world.path('SHA256SUMS')],
    ],
    ...{ code: 'checksum-file-unreadable', exit: 2, state: 'untouched' },
  },
  {
    what: 'a signed list of sums that was changed',
    make: async (world) => {
      const sums = Buffer.from(`${sha256Of(world)}  image.raw.xz\n`)
      const signed = (await world.signer.sign(sums, { cleartext: true })).toString()
      const changed = Buffer.from(signed.replace(sha256Of(world), zeros))
      const image = await world.serve('image.raw.xz', world.rawXz, null)
      return ['-u', image, '--checksum-file', await world.save('CHECKSUM', changed, null)]
    },
    ...{ code: 'checksums-changed', exit: 4, state: 'untouched' },
  },
  {
    what: 'a list of sums with another sum than the stream’s',
    make: async (world) => [
      '--checksum-file',
      await world.save('S', Buffer.from(`${zeros}  ${basename(locationOf(world))}\n`), null),
    ],
    ...{ code: 'sha256-mismatch', exit: 4, state: 'untouched' },
  },
  {
    what: 'a --sha256 that is not the stream’s',
    make: async () => ['--sha256', zeros],
    ...{ code: 'sha256-mismatch', exit: 4, state: 'untouched' },
  },
  {
    what: 'a wrong sha256 in the metadata',
    make: (world) => metal(world, (file) => (file['sha256'] = zeros)),
    ...{ code: 'sha256-mismatch', exit: 4, state: 'cleared', details: { expected: zeros } },
  },
  {
    what: 'a wrong uncompressed sha256 in the metadata',
    make: (world) => metal(world, (file) => (file['uncompressed-sha256'] = zeros)),
    ...{ code: 'uncompressed-sha256-mismatch', exit: 4, state: 'cleared', details: { expected: zeros } },
  },
  {
    what: 'a keyring that is not there',
    make: async (world) => ['--keyring', world.path('nowhere.asc')],
    ...{ code: 'keyring-unreadable', exit: 2, state: 'untouched' },
  },
  {
    what: 'a keyring that holds no key',
    make: async (world) => ['--keyring', await world.save('keys.asc', Buffer.from('no key'), null)],
    ...{ code: 'keyring-unreadable', exit: 2, state: 'untouched' },
  },
]

const artifactOf = (world: CliWorld) =>
  world.metadata.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
const sha256Of = (world: CliWorld): string => artifactOf(world).sha256
const locationOf = (world: CliWorld): string => artifactOf(world).location
