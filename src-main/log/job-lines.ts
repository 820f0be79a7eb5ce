import type { JobEvent } from '../../src-shared/job.ts'
import type { Phase } from '../../src-shared/phase.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Log } from './create-log.ts'

type ProgressEvent = Extract<JobEvent, { event: 'progress' }>

/** State of a job between two log lines. */
interface Going {
  phase: Phase
  /** Start of the phase, in milliseconds. */
  since: number
  last: ProgressEvent | null
}

/**
 * Logs the events of jobs. Every phase has its duration in milliseconds, its bytes and its rate.
 */
export class JobLines {
  readonly #log: Log
  readonly #going = new Map<string, Going>()

  constructor(log: Log) {
    this.#log = log
  }

  add(id: string, event: JobEvent): void {
    switch (event.event) {
      case 'progress': {
        const current = this.#going.get(id)
        if (current?.phase === event.phase) current.last = event
        return
      }
      case 'phase': {
        if (this.#going.get(id)?.phase === event.phase) return
        this.#log.add('phase', { phase: event.phase, ...this.#leave(id) }, id)
        this.#going.set(id, { phase: event.phase, since: performance.now(), last: null })
        return
      }
      // Without the message, which names the signer.
      case 'proof':
        return this.#log.add('proof', { proof: event.proof }, id)
      case 'warning':
        return this.#log.add('warning', { code: event.code, message: event.message }, id)
      case 'done':
        return this.#log.add('done', { ...this.#leave(id), ...describeDone(event) }, id)
      case 'failed': {
        const { event: _, advice: __, ...failure } = event
        return this.#log.add('failed', { ...this.#leave(id), ...failure }, id)
      }
    }
  }

  /** Ends the phase of a job, and describes it. */
  #leave(id: string): object {
    const left = this.#going.get(id)
    this.#going.delete(id)
    if (left === undefined) return {}
    const { bytes, total, rate } = left.last ?? {}
    return { left: left.phase, took: Math.round(performance.now() - left.since), bytes, total, rate }
  }
}

/**
 * Describes the result of a job without a receipt of an image. Labels of drives are private, so
 * they are not logged; of hints only their kinds are.
 */
function describeDone(event: Extract<JobEvent, { event: 'done' }>): object {
  if (event.receipt !== null) return describeReceipt(event.receipt)
  if (event.job === 'restore') {
    const { job: did, startedAt, finishedAt, durations, warnings, drive, fileSystem, table } = event
    return { did, startedAt, finishedAt, durations, warnings, fileSystem, table, drive }
  }
  const { job: did, startedAt, finishedAt, durations, warnings, drive, identified, candidates, hints } = event
  const kinds = hints.map(({ hint }) => hint)
  return { did, startedAt, finishedAt, durations, warnings, identified, candidates, hints: kinds, drive }
}

/** Describes a receipt, without its sentence and without the user's names for files and keys. */
function describeReceipt(receipt: Receipt): object {
  const { job: did, startedAt, finishedAt, durations, warnings, drive, files, image } = receipt
  const { signature, checksumFile, ...described } = image
  const unnamed = (signed: typeof signature) => signed && { ...signed, signer: undefined }
  return {
    did,
    startedAt,
    finishedAt,
    durations,
    warnings,
    image: {
      ...described,
      signature: unnamed(signature),
      checksumFile: checksumFile && { ...checksumFile, signature: unnamed(checksumFile.signature) },
    },
    drive: drive && { ...drive, firstBoot: drive.firstBoot !== null },
    files: files.map(({ bytes, sha256 }) => ({ bytes, sha256 })),
  }
}
