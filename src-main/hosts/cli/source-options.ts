import { InvalidArgumentError, Option, type Command } from 'commander'
import { KindlingError } from '../../../src-shared/failure.ts'
import { sourceSpec, type SourceSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { readSha256 } from '../../../src-shared/read-sha256.ts'
import { hostArchitecture } from '../../catalog/host-architecture.ts'
import { isFileUrl } from '../../../src-shared/file-url.ts'
import { readImageName, pathOf } from '../window-arguments.ts'

/** Options of the source. The long names are those of coreos-installer. */
export interface SourceOptions {
  stream: string
  release?: string
  architecture: string
  platform: string
  format: string
  imageUrl?: string
  imageFile?: string
  signature?: string
  sha256?: string
  checksumFile?: string
  keyring?: string
  insecure?: boolean
  streamBaseUrl?: string
  /** Number of retries; Kindling's default if omitted. */
  fetchRetries?: number | 'infinite'
  memory?: number
}

// The core reads the environment for every host. An empty variable counts as not set.
export const baseUrlOption = () =>
  new Option('--stream-base-url <URL>', 'a mirror of the stream metadata (env: KINDLING_STREAM_BASE_URL)')

export const releaseOption = () =>
  new Option('-r, --release <VERSION>', 'an older release of the stream, like 43.20260413.3.2')

export function addSourceOptions(command: Command): Command {
  return command
    .optionsGroup('Which image:')
    .option('-s, --stream <STREAM>', 'stream of Fedora CoreOS', 'stable')
    .addOption(releaseOption())
    .option('-a, --architecture <ARCH>', 'architecture', hostArchitecture())
    .option('-p, --platform <PLATFORM>', 'platform', 'metal')
    .option('-f, --format <FORMAT>', 'format', 'raw.xz')
    .addOption(new Option('-u, --image-url <URL>', 'an image at this address instead').conflicts(['imageFile']))
    .addOption(new Option('--image-file <PATH>', 'an image file instead'))
    .optionsGroup('How it is verified:')
    .option('--signature <URL|PATH>', 'its detached OpenPGP signature (default: the same name with .sig, .asc or .gpg)')
    .option('--sha256 <SUM>', 'the expected SHA-256; replaces a missing signature of a file or URL')
    .option('--checksum-file <URL|PATH>', 'a list of sums with the image, like SHA256SUMS: signed, or like --sha256')
    .option('--keyring <FILE>', 'public keys to trust besides those of Fedora (env: KINDLING_KEYRING)')
    .option('--insecure', 'use the image without any proof of its origin')
    .optionsGroup('How it is downloaded:')
    .addOption(baseUrlOption())
    .option(
      '--fetch-retries <N>',
      'retries after failures in a row, or "infinite" (default: 5, for small files two minutes at most)',
      parseRetries,
    )
    .optionsGroup('Options:')
    .option(
      '--memory <SIZE>',
      'memory for decompression, like 500M (default: a quarter of the free memory, 1G at most)',
      parseSize,
    )
}

/** @throws InvalidArgumentError */
export function parseSize(text: string): number {
  const match = /^(\d{1,12})([KMGT]?)(i?B)?$/i.exec(text)
  const bytes = match ? Number(match[1]) * 1024 ** ' KMGT'.indexOf(match[2]!.toUpperCase() || ' ') : NaN
  if (!Number.isSafeInteger(bytes))
    throw new InvalidArgumentError('It must be a number of bytes, with K, M or G if you like.')
  return bytes
}

function parseRetries(text: string): number | 'infinite' {
  if (text === 'infinite') return text
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a number or "infinite".')
  return Number(text)
}

/** @throws usage */
export function readSourceOptions(options: SourceOptions, given: (name: string) => boolean): SourceSpec {
  const named = options.imageUrl !== undefined || options.imageFile !== undefined
  const selection = ['stream', 'release', 'architecture', 'platform', 'format'].filter(given)
  if (named && selection.length > 0)
    throw new KindlingError('usage', {
      reason: `--${selection[0]} chooses an artifact of a stream; it cannot be given together with --image-url or --image-file`,
    })
  const { stream, release, architecture, platform, format } = options
  const parsed = sourceSpec.safeParse({
    image: readImageOptions(options) ?? { kind: 'stream', stream, release, architecture, platform, format },
    signature: options.signature && pathOf(options.signature),
    sha256: options.sha256 === undefined ? undefined : requireSha256(options.sha256),
    checksumFile: options.checksumFile && pathOf(options.checksumFile),
    keyring: options.keyring && pathOf(options.keyring),
    insecure: options.insecure,
    streamBaseUrl: options.streamBaseUrl,
    fetchRetries: options.fetchRetries === 'infinite' ? null : options.fetchRetries,
    memory: options.memory,
  })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new KindlingError('usage', { reason: `${nameOption(String(issue?.path.at(-1)))}: ${issue?.message}` })
}

/** @throws usage */
function requireSha256(text: string): string {
  const reading = readSha256(text)
  if (reading.sha256 !== null) return reading.sha256
  const found = reading.otherHash === null ? 'this is not an SHA-256' : `this is ${reading.otherHash}, not SHA-256`
  throw new KindlingError('usage', {
    reason: `--sha256: ${found}; give its 64 hexadecimal digits, bare, in groups of four or after sha256:, or a line of sha256sum`,
  })
}

/**
 * Returns the image given as a file or an address; null when neither was given.
 * @throws usage
 */
function readImageOptions({ imageFile, imageUrl }: SourceOptions): SourceSpec['image'] | null {
  if (imageUrl !== undefined && !isFileUrl(imageUrl)) return { kind: 'url', url: imageUrl }
  const given = imageFile ?? imageUrl
  if (given === undefined) return null
  const image = readImageName(given, process.cwd())
  if (image.kind === 'url')
    throw new KindlingError('usage', {
      reason: `--image-file: ${plain(given)} is an address; give it with --image-url`,
    })
  return image
}

/** Returns the option's name for a field of the contract. */
function nameOption(field: string): string {
  if (field === 'url' || field === 'path') return field === 'url' ? '--image-url' : '--image-file'
  return `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
