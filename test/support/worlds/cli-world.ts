import { readFile, writeFile } from 'node:fs/promises'
import { callKindling, type CallOptions } from './call-kindling.ts'
import { startCoreosMirror, type CoreosMirror } from '../mirror/coreos-mirror.ts'
import type { StreamMetadata } from '../mirror/publish-stream.ts'
import { runKindling, type Run, type RunOptions } from './run-kindling.ts'
import { fillLikeDisk } from '../images/random-bytes.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'

export interface CliWorld extends CoreosMirror {
  /**
   * Runs the command line. It uses this mirror and trusts its signer, unless `env` says otherwise.
   */
  kindling(args: string[], options?: RunOptions): Promise<Run>
  /**
   * Does the same within the process of the test, which is faster. `callKindling` lists its limits.
   */
  call(args: string[], options?: CallOptions): Promise<Run>
  /** Returns a path in a directory of this world, a new one for each call. */
  path(name: string): string
  /**
   * Publishes a file and its signature, and returns the URL.
   * @param signature – null for no signature
   */
  serve(name: string, bytes: Uint8Array, signature?: Uint8Array | null): Promise<string>
  /**
   * Saves a file and its signature, and returns the path.
   * @param signature – null for no signature
   */
  save(name: string, bytes: Uint8Array, signature?: Uint8Array | null): Promise<string>
  /** Publishes a changed copy of the stream, and returns its name. */
  publish(change: (metadata: StreamMetadata) => void): Promise<string>
  /**
   * Makes a disk-image file full of old bytes.
   * @param size – in bytes; by default a little over a MiB larger than the image
   */
  makeDrive(size?: number): Promise<OldDrive>
}

export interface OldDrive {
  path: string
  /** Contents at the start. */
  before: Buffer
  read(): Promise<Buffer>
}

/**
 * Makes a mirror, a signer and a place for drives, shared by the tests of the command line.
 * @param imageSize – in bytes
 */
export async function makeCliWorld({ imageSize = 6 * 1024 * 1024 } = {}): Promise<CliWorld> {
  const [coreos, directory] = await Promise.all([startCoreosMirror({ imageSize }), makeTemporaryDirectory()])
  let names = 0
  const path = (name: string) => directory.file(`${++names}-${name}`)
  const signed = async (bytes: Uint8Array, signature: Uint8Array | null | undefined) =>
    signature === undefined ? coreos.signer.sign(bytes) : signature

  const knowing = { KINDLING_STREAM_BASE_URL: coreos.baseUrl, KINDLING_KEYRING: coreos.keyringFile }

  return {
    ...coreos,
    kindling: (args, { env = {}, ...options } = {}) => runKindling(args, { ...options, env: { ...knowing, ...env } }),
    call: (args, { env = {}, ...options } = {}) => callKindling(args, { ...options, env: { ...knowing, ...env } }),
    path,
    async serve(name, bytes, signature) {
      const url = await coreos.mirror.put(`files/${++names}/${name}`, bytes)
      const signatureBytes = await signed(bytes, signature)
      if (signatureBytes) await coreos.mirror.put(`${url}.sig`, signatureBytes)
      return url
    },
    async save(name, bytes, signature) {
      const file = path(name)
      await writeFile(file, bytes)
      const signatureBytes = await signed(bytes, signature)
      if (signatureBytes) await writeFile(`${file}.sig`, signatureBytes)
      return file
    },
    async publish(change) {
      const stream = `changed-${++names}`
      const metadata = structuredClone(coreos.metadata)
      change(metadata)
      await coreos.mirror.put(`streams/${stream}.json`, JSON.stringify(metadata))
      return stream
    },
    async makeDrive(size = imageSize + 1024 * 1024 + 4096) {
      const file = path('drive.img')
      const before = await fillWithOldBytes(file, size)
      return { path: file, before, read: () => readFile(file) }
    },
    async dispose() {
      await Promise.all([coreos.dispose(), directory.dispose()])
    },
  }
}

/**
 * Fills a drive with bytes that an old system could have left.
 * @param size – in bytes
 */
export async function fillWithOldBytes(path: string, size: number): Promise<Buffer> {
  const before = makeOldBytes(size)
  await writeFile(path, before)
  return before
}

const oldBytes = new Map<number, Buffer>()

/**
 * Returns old bytes, always the same for the same size.
 * @param size – in bytes
 */
export function makeOldBytes(size: number): Buffer {
  let bytes = oldBytes.get(size)
  if (bytes === undefined) {
    bytes = Buffer.alloc(size, 0x6b)
    fillLikeDisk(bytes.subarray(0, size / 2), 77)
    // Cached, because a test makes them for each of a hundred kills, and computing them takes
    // longer than the rest.
    oldBytes.set(size, bytes)
  }
  return Buffer.from(bytes)
}
