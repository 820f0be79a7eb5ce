import { gunzipSync } from 'node:zlib'
import type { NamedFile } from './first-boot.ts'

/** Maximum size of an unpacked archive, in bytes. */
const mostUnpacked = 64 * 1024 * 1024
const xzMagic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])

/**
 * Unpacks the area of a live system's initrd: a newc cpio archive, bare or packed with gzip (by
 * Kindling) or xz (by coreos-installer).
 * @returns its files, of two equal names the last one; null if it is something else
 */
export async function unpackInitrd(area: Buffer): Promise<NamedFile[] | null> {
  const end = area.findLastIndex((byte) => byte !== 0) + 1
  if (end === 0) return []
  try {
    const archive = await unpack(area, end)
    const files = new Map<string, Buffer>()
    for (const { name, bytes } of readMembers(archive)) files.set(name, bytes)
    return [...files].map(([name, bytes]) => ({ name, bytes }))
  } catch {
    return null
  }
}

async function unpack(area: Buffer, end: number): Promise<Buffer> {
  if (area.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return gunzipSync(area, { maxOutputLength: mostUnpacked })
  if (!area.subarray(0, xzMagic.length).equals(xzMagic)) return area
  // Loads a WebAssembly module, which no other archive needs.
  const { runXz } = await import('../image/decode/thread/run-xz.ts')
  const parts: Buffer[] = []
  let size = 0
  // An .xz ends with letters, so the zeros behind it are those of the area.
  for await (const part of runXz(asChunks(area.subarray(0, end)))) {
    size += part.length
    if (size > mostUnpacked) throw new RangeError(`${size} bytes`)
    parts.push(Buffer.from(part))
  }
  return Buffer.concat(parts)
}

async function* asChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

/** Reads the regular files of a newc archive (`packCpio` has its format). */
function* readMembers(archive: Buffer): Generator<NamedFile> {
  const align = (at: number) => at + (-at & 3)
  for (let at = 0; ;) {
    if (!/^07070[12]$/.test(archive.toString('latin1', at, at + 6))) throw new RangeError(`no header at ${at}`)
    const field = (index: number) =>
      Number.parseInt(archive.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16)
    const [mode, size, nameSize] = [field(1), field(6), field(11)]
    const start = align(at + 110 + nameSize)
    const name = archive.toString('utf8', at + 110, at + 110 + nameSize - 1)
    if (name === 'TRAILER!!!') return
    if (!(nameSize > 0 && start + size <= archive.length)) throw new RangeError(`no member at ${at}`)
    if ((mode & 0o170000) === 0o100000) yield { name, bytes: archive.subarray(start, start + size) }
    at = align(start + size)
  }
}
