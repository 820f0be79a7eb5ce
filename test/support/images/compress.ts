import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { runTool } from '../run-tool.ts'

export interface XzOptions {
  /** As xz takes it. */
  blockSize?: string
  /** With 1, xz leaves the sizes out of the block headers. */
  threads?: number
  check?: 'none' | 'crc32' | 'crc64' | 'sha256'
  /** 0 to 9. */
  level?: number
  /** Further arguments, for example `['--x86', '--lzma2']`. */
  args?: string[]
}

/**
 * One .xz stream, by the xz tool. As Fedora's, it has many blocks with their sizes in the headers, only smaller ones.
 * @param input bytes, or the path of a file
 */
export function xz(
  input: Uint8Array | string,
  { blockSize = '4MiB', threads = 2, check = 'crc64', level = 1, args = [] }: XzOptions = {},
): Promise<Buffer> {
  const preset = args.some((arg) => arg.startsWith('--lzma2')) ? [] : [`-${level}`]
  return runTool('xz', ['-c', ...preset, `--block-size=${blockSize}`, `-T${threads}`, `--check=${check}`, ...args], {
    input,
  })
}

/** One gzip member. */
export const gz = (bytes: Uint8Array): Promise<Buffer> => promisify<Uint8Array, Buffer>(zlib.gzip)(bytes)

/** One zstd frame, by the zstd tool. @param input – bytes, or the path of a file */
export const zst = (input: Uint8Array | string, checksum = true): Promise<Buffer> =>
  runTool('zstd', ['-c', '-3', '-q', ...(checksum ? [] : ['--no-check'])], { input })
