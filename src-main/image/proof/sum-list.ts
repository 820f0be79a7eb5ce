import { KindlingError } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import { readSumLine, type SumLine } from '../../../src-shared/read-sha256.ts'

/** Reads the lines of a checksum list in either format of sha256sum. Other lines are left out. */
export const readSumLines = (text: string): SumLine[] => text.split(/\r?\n/).flatMap((line) => readSumLine(line) ?? [])

/**
 * Finds the sha256 of a file by its name. A folder before the name in the list is ignored.
 * @param names – names that the file may be listed under; the first one that is listed counts
 * @param list – name of the list, for messages
 * @throws checksum-missing, checksums-differ
 */
export function findSha256(lines: SumLine[], names: string[], list: string): string {
  const named = names.map((name) => lines.filter((line) => line.name.split('/').at(-1) === name))
  const listed = named.find((found) => found.length > 0) ?? []
  const sums = new Set(listed.filter(({ hash }) => hash === 'SHA-256').map(({ digits }) => digits))
  const [sum, other] = sums
  const file = names[0]!
  if (other !== undefined) throw new KindlingError('checksums-differ', { list, file })
  if (sum !== undefined) return sum
  const files = new Set(lines.map(({ name }) => name)).size
  const reason =
    listed.length > 0
      ? say('listed-with-other-hash', { hash: listed[0]!.hash })
      : say('not-among-listed', { count: files })
  throw new KindlingError('checksum-missing', { list, file, reason })
}
