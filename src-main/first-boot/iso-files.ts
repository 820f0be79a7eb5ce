import { mostRead, type ReadAt } from '../identify/read-at.ts'

/** Place of a file, in bytes from the start of the ISO. */
export interface IsoRange {
  start: number
  end: number
}

const sector = 2048

/** Maximum number of records in one folder; those of Fedora CoreOS have twenty. */
const mostRecords = 4096

/**
 * Finds a file of an ISO 9660 image by its path, which has no case. Only the names of the primary
 * volume count, which are capitals and may be cut to 8.3 characters (ECMA-119 7.6, 9.1).
 * @returns null if there is no such file, or if it consists of several pieces
 * @throws the errors of `read`; RangeError if a folder is outside the image or too large
 */
export async function findIsoFile(read: ReadAt, path: string): Promise<IsoRange | null> {
  // The record of the root folder is in the volume descriptor.
  let place = (await read(16 * sector + 156, 34)) as Buffer
  for (const name of path.split('/').filter(Boolean)) {
    const record = isFolder(place) ? await findRecord(read, extentOf(place), name) : null
    if (record === null) return null
    place = record
  }
  const hasMorePieces = (place[25]! & 0x80) !== 0
  return isFolder(place) || hasMorePieces ? null : extentOf(place)
}

async function findRecord(read: ReadAt, { start, end }: IsoRange, name: string): Promise<Buffer | null> {
  if (end - start > mostRead) throw new RangeError(`a folder of ${end - start} bytes`)
  const folder = await read(start, end - start)
  const wanted = [name.toUpperCase(), shorten(name.toUpperCase())]
  let records = 0
  for (let at = 0; at + 33 < folder.length && records < mostRecords; records++) {
    const length = folder[at]!
    // A record never crosses sectors: zeros fill the rest of one.
    if (length === 0) at += sector - (at % sector)
    else {
      const nameEnd = at + 33 + folder[at + 32]!
      const found = folder
        .toString('latin1', at + 33, nameEnd)
        .replace(/;\d+$/, '')
        .replace(/\.$/, '')
      if (length >= 34 && nameEnd <= at + length && wanted.includes(found)) return folder.subarray(at, at + length)
      at += length
    }
  }
  return null
}

/** Cuts a name to 8.3 characters, as interchange level 1 demands. */
function shorten(name: string): string {
  const [, base, extension] = /^(.*?)(?:\.([^.]*))?$/.exec(name)!
  return base!.slice(0, 8) + (extension ? `.${extension.slice(0, 3)}` : '')
}

const isFolder = (record: Buffer) => (record[25]! & 0x02) !== 0

function extentOf(record: Buffer): IsoRange {
  const start = record.readUInt32LE(2) * sector
  return { start, end: start + record.readUInt32LE(10) }
}
