import type { Catalog } from '../../../src-shared/artifact.ts'
import { exitCodeOf, type Failure } from '../../../src-shared/failure.ts'
import { describeWarning, offlineValues } from '../../../src-shared/warnings.ts'
import { unwrap, type Surface } from './command.ts'
import { drawTable } from './draw-table.ts'
import { warnOfDoubts } from './list.ts'

/** Lists all streams of Fedora with their current releases. */
export async function listStreams({ api, output }: Surface, options: { streamBaseUrl?: string }): Promise<number> {
  const { streams } = unwrap(await api.surroundings({}))
  const answers = await Promise.all(streams.map((stream) => api.catalog({ stream, ...options })))
  const found = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
  const failures = answers.flatMap((answer) => (answer.ok ? [] : [answer.failure]))
  // A mirror may lack some streams. A mirror without any stream is an error.
  const [failure] = failures
  if (found.length === 0 && failure) {
    output.fail(failure)
    return exitCodeOf(failure.code)
  }
  for (const { code, title } of failures) warn(output, code, title)
  for (const { stream, offline, ageSeconds } of found)
    if (offline !== null)
      warn(output, 'catalog-offline', describeWarning('catalog-offline', offlineValues(stream, ageSeconds, offline)))
  for (const catalog of found) warnOfDoubts(output, catalog)
  output.event({ event: 'done', streams: found.map(summarize) })
  output.print(
    drawTable(
      ['STREAM', 'RELEASE', 'ARCHITECTURES', 'PUBLISHED'],
      found
        .map(summarize)
        .map(({ stream, releases, architectures, lastModified }) => [
          stream,
          releases.join(', '),
          architectures.join(', '),
          lastModified ?? 'unknown',
        ]),
    ),
  )
  return 0
}

function warn(output: Surface['output'], code: Failure['code'] | 'catalog-offline', message: string) {
  output.event({ event: 'warning', code, message })
  output.note(`! ${message}`)
}

const summarize = ({ stream, artifacts, lastModified, seenAt, ageSeconds, offline }: Catalog) => ({
  stream,
  releases: [...new Set(artifacts.map(({ release }) => release))],
  architectures: [...new Set(artifacts.map(({ architecture }) => architecture))],
  lastModified,
  seenAt: new Date(seenAt).toISOString(),
  ageSeconds,
  offline,
})
