import { createApp } from '../../../src-main/app/create-app.ts'
import type { Ports } from '../../../src-main/ports.ts'
import type { AnyJobSpec, JobEvent } from '../../../src-shared/job.ts'

/**
 * Runs a job in this process until its end.
 * @param onEvent – receives every event, and may cancel the job
 */
export async function runJobHere(
  ports: Ports,
  spec: AnyJobSpec,
  onEvent: (event: JobEvent, cancel: () => void) => void = () => {},
): Promise<JobEvent[]> {
  const api = createApp(ports)
  const events: JobEvent[] = []
  await new Promise<void>((resolve, reject) => {
    let id = ''
    const unsubscribe = api.subscribe(
      ({ ...news }) => {
        if (news.news !== 'job') return
        events.push(news.event)
        onEvent(news.event, () => void api.cancel({ id }))
        if (news.event.event !== 'done' && news.event.event !== 'failed') return
        unsubscribe()
        resolve()
      },
      ['job'],
    )
    void api.start({ spec }).then((answer) => {
      if (answer.ok) id = answer.value.id
      else reject(new Error(answer.failure.title))
    })
  })
  return events
}
