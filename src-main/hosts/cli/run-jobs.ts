import { exitCodeOf } from '../../../src-shared/failure.ts'
import type { AnyJobSpec, JobEvent } from '../../../src-shared/job.ts'
import type { Result } from '../../../src-shared/result.ts'
import type { Surface } from './command.ts'
import { describeIdentification } from './describe-identification.ts'
import { describeReceipt } from './describe-receipt.ts'
import { describeRestoration } from './describe-restoration.ts'
import { createProgressLines } from './progress-lines.ts'

/** Exit code of a job that succeeded but did not identify the image. */
const notIdentified = 4

/**
 * Runs a job to its end and shows its progress.
 * @returns the exit code
 */
export const runJob = (surface: Surface, spec: AnyJobSpec): Promise<number> => {
  const start = async () => {
    const started = await surface.api.start({ spec })
    return started.ok ? { ok: true as const, value: [started.value.id] } : started
  }
  return runJobs(surface, start, [null])
}

function describeDone(event: Extract<JobEvent, { event: 'done' }>): string {
  if (event.receipt !== null) return describeReceipt(event.receipt)
  return event.job === 'restore' ? describeRestoration(event) : describeIdentification(event)
}

/**
 * Runs concurrent jobs until the last one ends.
 * @param start – starts the jobs and returns their ids
 * @param names – names of the drives, one per job; with `--json` and several drives, the events
 *   carry them
 * @param told – codes of warnings that the user was shown before
 * @returns the exit code: 0 when all succeeded, otherwise that of the first failed job in order
 */
export async function runJobs(
  { api, output, interrupts, streams, keepAwake }: Surface,
  start: () => Promise<Result<string[]>>,
  names: (string | null)[],
  told: string[] = [],
): Promise<number> {
  const several = names.length > 1
  const tags = names.map((drive) => (several ? { drive } : {}))
  const lines = createProgressLines(streams.stderr, several ? names : [null])
  const codes: number[] = []
  let ids: string[] = []

  function tell(index: number, event: JobEvent): void {
    if (event.event !== 'done' && event.event !== 'failed') {
      if (output.json) output.event({ ...event, ...tags[index] })
      else if (event.event !== 'warning' || !told.includes(event.code)) lines.show(index, event)
      return
    }
    lines.end(index)
    if (several) output.note(`${names[index]}:`)
    if (event.event === 'failed') {
      const { event: _, ...failure } = event
      output.fail(failure, tags[index])
      codes[index] = exitCodeOf(event.code)
    } else {
      if (output.json) output.event({ ...event, ...tags[index] })
      else output.print(describeDone(event))
      codes[index] = 'identified' in event && event.identified === null ? notIdentified : 0
    }
  }

  const letSleep = keepAwake()
  await new Promise<void>((resolve) => {
    let left = names.length
    const unsubscribe = api.subscribe(
      (news) => {
        const index = news.news === 'job' ? ids.indexOf(news.id) : -1
        if (news.news !== 'job' || index === -1) return
        tell(index, news.event)
        if (news.event.event !== 'done' && news.event.event !== 'failed') return
        if (--left > 0) return
        unsubscribe()
        resolve()
      },
      ['job'],
    )
    void start().then((started) => {
      if (!started.ok) {
        tell(0, { event: 'failed', ...started.failure })
        return resolve()
      }
      ids = started.value
      interrupts.cancelWith(() => {
        for (const id of ids) void api.cancel({ id })
      })
    })
  })
  letSleep()
  return codes.find((code) => code !== 0) ?? 0
}
