import type { DriveIdentity } from '../../src-shared/drive.ts'
import type { JobEvent, PageJobSpec, WriteSpec } from '../../src-shared/job.ts'
import { keyOf } from '../../src-shared/same-drive.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { driveOf, RunningJob, type JobKind, type JobRequest } from './running-job.svelte.ts'

/** All jobs of this window. Starts them and routes events to them. */
export class Jobs {
  #begun = $state.raw<RunningJob[]>([])
  readonly running = $derived(this.#begun.filter(({ over }) => !over))
  readonly #call: Bridge['call']
  /** Events that arrived before the answer with their job's id, by job id. */
  readonly #early = new Map<string, JobEvent[]>()
  #unnamed = 0
  readonly #onBegin: ((drives: DriveIdentity[], kind: JobKind) => void)[] = []

  constructor(call: Bridge['call']) {
    this.#call = call
  }

  /** Starts one job, or several writes that share one reading of the image. */
  begin(requests: JobRequest[]): RunningJob[] {
    const begun = requests.map((request) => new RunningJob(request))
    this.#begun = [...this.running, ...begun]
    const specs = requests.map(({ spec }) => spec)
    for (const listener of this.#onBegin)
      listener(
        specs.flatMap((spec) => driveOf(spec) ?? []),
        specs[0]!.job,
      )
    void this.#start(begun, specs)
    return begun
  }

  onBegin(listener: (drives: DriveIdentity[], kind: JobKind) => void): void {
    this.#onBegin.push(listener)
  }

  /** Returns the kind of the job that uses a drive, or null. */
  usingDrive(drive: DriveIdentity): JobKind | null {
    const user = this.running.find(({ request }) => {
      const used = driveOf(request.spec)
      return used !== null && keyOf(used) === keyOf(drive)
    })
    return user?.request.spec.job ?? null
  }

  hear(id: string, event: JobEvent): void {
    const job = this.#begun.find((one) => one.id === id)
    if (job) job.accept(event)
    else if (this.#unnamed > 0) this.#early.set(id, [...(this.#early.get(id) ?? []), event])
  }

  async stop(job: RunningJob): Promise<void> {
    if (job.id === null || job.over) return
    job.stopping = true
    await this.#call('cancel', { id: job.id })
  }

  async #start(jobs: RunningJob[], specs: PageJobSpec[]): Promise<void> {
    this.#unnamed++
    const answer =
      specs.length === 1
        ? await this.#call('start', { spec: specs[0]! })
        : await this.#call('startWrites', { spec: joinWrites(specs) })
    if (answer.ok) {
      const ids = 'ids' in answer.value ? answer.value.ids : [answer.value.id]
      jobs.forEach((job, index) => {
        job.id = ids[index]!
        for (const event of this.#early.get(job.id) ?? []) job.accept(event)
        this.#early.delete(job.id)
      })
    } else for (const job of jobs) job.accept({ event: 'failed', ...answer.failure })
    if (--this.#unnamed === 0) this.#early.clear()
  }
}

/** Merges writes that differ only in their drives into one specification. */
function joinWrites(specs: PageJobSpec[]): WriteSpec {
  const writes = specs.filter((spec) => spec.job === 'write')
  const { job: _, drive: __, identity: ___, confirmed: ____, hostname: _____, ...options } = writes[0]!
  return {
    ...options,
    drives: writes.map(({ drive, identity, confirmed, hostname }) => ({ drive, identity, confirmed, hostname })),
  }
}
