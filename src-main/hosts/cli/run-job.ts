import type { Api } from '../../../src-shared/api.ts'
import { exitCodeOf } from '../../../src-shared/failure.ts'
import type { JobEvent, JobSpec } from '../../../src-shared/job.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import type { Interrupts } from './interrupts.ts'
import type { Output } from './output.ts'
import { createProgressLine } from './progress-line.ts'

/**
 * Runs a job to its end and tells how it goes.
 * @param describe words the receipt for people
 * @returns the exit code
 */
export async function runJob(
  api: Api,
  output: Output,
  interrupts: Interrupts,
  spec: JobSpec,
  describe: (receipt: Receipt) => string,
): Promise<number> {
  const line = createProgressLine(process.stderr)
  const last = await new Promise<Extract<JobEvent, { event: 'done' | 'failed' }>>((resolve) => {
    let id: string | null = null
    const unsubscribe = api.subscribe(
      (news) => {
        if (news.news !== 'job' || news.id !== id) return
        const { event } = news
        if (event.event === 'done' || event.event === 'failed') {
          unsubscribe()
          resolve(event)
        } else if (output.json) output.event(event)
        else line.show(event)
      },
      ['job'],
    )
    void api.start({ spec }).then((started) => {
      if (!started.ok) return resolve({ event: 'failed', ...started.failure })
      id = started.value.id
      interrupts.cancelWith(() => void api.cancel({ id: started.value.id }))
    })
  })
  line.end()
  if (last.event === 'failed') {
    const { event: _, ...failure } = last
    output.fail(failure)
    return exitCodeOf(last.code)
  }
  output.event(last)
  output.print(describe(last.receipt))
  return 0
}
