import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Answers, Arguments, CallName, News } from '../../../src-shared/api.ts'
import type { Result } from '../../../src-shared/result.ts'
import type { HostCalls } from './host-calls.ts'
import type { Sender } from './sender.ts'
import { openTwoWay } from './two-way.ts'

/** What the core is asked: a call of the page, which is still to be checked, or one of this program. */
export type ToCore =
  { of: 'page'; sender: Sender; name: unknown; args: unknown } | { of: 'program'; name: CallName; args: unknown }

/** A line for the log. */
export interface Line {
  event: string
  facts: object
}

/** The core, in a thread of its own: nothing that it does holds up the window. */
export interface CoreThread {
  /** Whatever the page sent: the core looks who calls, what, and with which arguments. Never rejects. */
  knock(sender: Sender, name: unknown, args: unknown): Promise<Result<unknown>>
  call<N extends CallName>(name: N, args: Arguments<N>): Promise<Result<Answers[N]>>
  /** News of drives come once the page has asked for them. */
  onNews(listener: (news: News) => void): void
  log(event: string, facts: object): void
  /** Gives the core what only the window's own thread can do; until then it waits for that. */
  serve(calls: HostCalls): void
}

/** @param built the folder of the built program */
export function startCore(built: string): CoreThread {
  const worker = new Worker(join(built, 'core.js'))
  const listeners = new Set<(news: News) => void>()
  const running = new Set<string>()
  let serve: (calls: HostCalls) => void = () => {}
  const served = new Promise<HostCalls>((resolve) => (serve = resolve))

  const way = openTwoWay<Line, News>(
    worker,
    async (name, args) => {
      const calls = await served
      try {
        return await (calls[name as keyof HostCalls] as (args: unknown) => Promise<Result<unknown>>)(args)
      } catch (error) {
        const { toFailure } = await import('../../../src-shared/failure.ts')
        return { ok: false, failure: toFailure(error) }
      }
    },
    hear,
  )

  function hear(news: News): void {
    if (news.news === 'job') {
      if (news.event.event === 'done' || news.event.event === 'failed') running.delete(news.id)
      else running.add(news.id)
    }
    for (const listener of listeners) listener(news)
  }

  /** It has written the log before. Its jobs are over, and nobody knows how far they came. */
  worker.once('error', (error) => {
    void import('./core-ended.ts').then(({ coreEnded }) => {
      const { unanswered, unfinished } = coreEnded(error)
      way.close(unanswered)
      for (const id of running) hear({ news: 'job', id, event: unfinished })
    })
  })

  const ask = (question: ToCore) => way.ask('call', question)
  return {
    knock: (sender, name, args) => ask({ of: 'page', sender, name, args }),
    // The core answers what its contract says.
    call: (name, args) => ask({ of: 'program', name, args }) as never,
    onNews: (listener) => void listeners.add(listener),
    log: (event, facts) => way.tell({ event, facts }),
    serve,
  }
}
