import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { runTool } from '../programs/run-tool.ts'

export interface XzOptions {
  /** Block size in xz's notation. */
  blockSize?: string
  /** Number of threads. With 1, xz omits the sizes from the block headers. */
  threads?: number
  check?: 'none' | 'crc32' | 'crc64' | 'sha256'
  /** Compression level, 0 to 9. Level 1 takes far more processor time for noise than 0. */
  level?: number
  /** Further arguments, for example `['--x86', '--lzma2']`. */
  args?: string[]
}

/**
 * Returns one .xz stream, made by the xz tool. Like Fedora's, it has many blocks with their sizes
 * in the headers, but the blocks are smaller.
 * @param input – bytes, or the path of a file
 */
export function xz(
  input: Uint8Array | string,
  { blockSize = '4MiB', threads = 2, check = 'crc64', level = 0, args = [] }: XzOptions = {},
): Promise<Buffer> {
  const preset = args.some((arg) => arg.startsWith('--lzma2')) ? [] : [`-${level}`]
  return runTool('xz', ['-c', ...preset, `--block-size=${blockSize}`, `-T${threads}`, `--check=${check}`, ...args], {
    input,
  })
}

/** Returns one gzip member. */
export const gz = (bytes: Uint8Array): Promise<Buffer> => promisify<Uint8Array, Buffer>(zlib.gzip)(bytes)

/**
 * Returns one zstd frame, made by the zstd tool.
 * @param input – bytes, or the path of a file
 */
export const zst = (input: Uint8Array | string, checksum = true): Promise<Buffer> =>
  runTool('zstd', ['-c', '-3', '-q', ...(checksum ? [] : ['--no-check'])], { input })
