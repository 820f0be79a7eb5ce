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
  output.print(
    drawTable(
      ['RELEASE', 'DATE'],
      releases.map(({ version, date }) => [version, date ?? 'unknown']),
    ),
  )
  return 0
}
