import type { JobRun } from './job-run.ts'

/**
 * Joins the runs of several jobs: events of their common work go to each of them. The joined run is
 * cancelled only when all of them are, and ends with the last one.
 * @param runs – runs of one kind that start together; a single run is returned unchanged
 */
export function joinRuns(runs: JobRun[]): JobRun {
  if (runs.length === 1) return runs[0]!
  const stopped = new AbortController()
  const acts: ((failure: unknown) => Promise<void>)[] = []
  const going = new Set(runs)
  for (const { signal } of runs) {
    const stop = () => {
      if (runs.every((run) => run.signal.aborted)) stopped.abort(signal.reason)
    }
    signal.addEventListener('abort', stop)
    stop()
  }
  const end = async (failure: unknown) => {
    for (let act = acts.pop(); act !== undefined; act = acts.pop()) await act(failure).catch(() => undefined)
  }
  for (const run of runs)
    run.atEnd(async (failure) => {
      going.delete(run)
      if (going.size === 0) await end(failure)
    })
  return {
    signal: stopped.signal,
    enter: (...phase) => going.forEach((run) => run.enter(...phase)),
    advance: (bytes, skipped) => going.forEach((run) => run.advance(bytes, skipped)),
    setBottleneck: (limit, moved) => going.forEach((run) => run.setBottleneck(limit, moved)),
    earn: (proof, ...facts) => going.forEach((run) => run.earn(proof, ...facts)),
    warn: (code, ...values) => going.forEach((run) => run.warn(code, ...values)),
    atEnd: (act) => void acts.push(act),
    end,
    conclude: () => runs[0]!.conclude(),
  }
}
