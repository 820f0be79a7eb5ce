import type { Release } from '../../../src-shared/artifact.ts'
import { unwrap, type Surface } from './command.ts'
import { drawTable } from './draw-table.ts'
import { warnOfCatalog } from './list.ts'

/** Lists every release of a stream, newest first. */
export async function listReleases(
  { api, output }: Surface,
  options: { stream: string; streamBaseUrl?: string },
): Promise<number> {
  const { stream, streamBaseUrl } = options
  const index = unwrap(await api.releases({ stream, ...(streamBaseUrl !== undefined && { streamBaseUrl }) }))
  warnOfCatalog(output, index)
  const { lastModified, ageSeconds, offline, note, releases } = index
  output.event({ event: 'done', stream, lastModified, ageSeconds, offline, note, releases })
  if (note !== null) output.note(`The publisher says of this list: ${note}`)
  const isMarked = releases.some((each) => describeMarks(each) !== '')
  output.print(
    drawTable(
      ['RELEASE', 'DATE', ...(isMarked ? ['UPDATES'] : [])],
      releases.map(({ version, date, ...marks }) => [
        version,
        date ?? 'unknown',
        ...(isMarked ? [describeMarks(marks)] : []),
      ]),
    ),
  )
  return 0
}

/** Returns what the update graph says of a release. */
function describeMarks({ barrier, deadEnd }: Pick<Release, 'barrier' | 'deadEnd'>): string {
  if (deadEnd !== undefined) return `never updates: ${deadEnd}`
  return barrier === undefined ? '' : `older ones go through it: ${barrier}`
}
