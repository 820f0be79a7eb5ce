import type { Api, News } from '../../src-shared/api.ts'
import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
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
 * Wraps an API so that it logs the start, the events and the cancelling of each job. Every phase is
 * logged with its duration in milliseconds, its bytes and rate. A drive is logged with its model,
 * size and bus.
 */
export function keepLog(api: Api, log: Log): Api {
  const going = new Map<string, Going>()
  const drives = new Map<string, Drive>()

  function see(seen: Drive[]): void {
    for (const drive of seen) {
      drives.set(drive.identity.device, drive)
      log.learnSerial(drive.identity.serial)
      log.learnSerial(drive.identity.wwn)
    }
  }

  function start(ids: string[], spec: object, identities: (DriveIdentity | undefined)[]): void {
    ids.forEach((id, index) => {
      const identity = identities[index]
      if (identity !== undefined) log.learnSerial(identity.serial)
      log.add('start', { spec: withoutFirstBoot(spec), ...describeDrive(identity && drives.get(identity.device)) }, id)
    })
  }

  function leave(id: string): object {
    const left = going.get(id)
    going.delete(id)
    if (left === undefined) return {}
    const { bytes, total, rate } = left.last ?? {}
    return { left: left.phase, took: Math.round(performance.now() - left.since), bytes, total, rate }
  }

  function hear(id: string, event: JobEvent): void {
    switch (event.event) {
      case 'progress': {
        const current = going.get(id)
        if (current?.phase === event.phase) current.last = event
        return
      }
      case 'phase': {
        if (going.get(id)?.phase === event.phase) return
        log.add('phase', { phase: event.phase, ...leave(id) }, id)
        going.set(id, { phase: event.phase, since: performance.now(), last: null })
        return
      }
      // Without the message, which names the signer.
      case 'proof':
        return log.add('proof', { proof: event.proof }, id)
      case 'warning':
        return log.add('warning', { code: event.code, message: event.message }, id)
      case 'done':
        return log.add('done', { ...leave(id), ...describeDone(event) }, id)
      case 'failed': {
        const { event: _, advice: __, ...failure } = event
        return log.add('failed', { ...leave(id), ...failure }, id)
      }
    }
  }

  const tap = (news: News) => {
    if (news.news === 'drives') see(news.drives)
  }
  api.subscribe((news) => news.news === 'job' && hear(news.id, news.event), ['job'])
  return {
    ...api,
    async drives(args) {
      const answer = await api.drives(args)
      if (answer.ok) see(answer.value)
      return answer
    },
    async inspectDrive(args) {
      const answer = await api.inspectDrive(args)
      if (answer.ok) see([answer.value])
      return answer
    },
    async changeSettings(args) {
      const answer = await api.changeSettings(args)
      if (answer.ok) log.add('settings', { changed: args.changes })
      return answer
    },
    async start(args) {
      const answer = await api.start(args)
      const { spec } = args
      if (answer.ok) start([answer.value.id], spec, ['identity' in spec ? spec.identity : undefined])
      return answer
    },
    async startWrites(args) {
      const answer = await api.startWrites(args)
      const identities = args.spec.drives.map(({ identity }) => identity)
      if (answer.ok) start(answer.value.ids, args.spec, identities)
      return answer
    },
    async cancel(args) {
      const answer = await api.cancel(args)
      log.add('cancel', {}, args.id)
      return answer
    },
    subscribe: (listener, topics) =>
      api.subscribe((news) => {
        tap(news)
        listener(news)
      }, topics),
  }
}

/** Returns a spec without the settings of the first boot, which may be private. */
const withoutFirstBoot = (spec: object) => ({
  ...spec,
  ...('firstBoot' in spec && spec.firstBoot !== undefined && { firstBoot: true }),
  ...('hostname' in spec && { hostname: undefined }),
  ...('drives' in spec && {
    drives: (spec.drives as object[]).map((drive) => ({ ...drive, hostname: undefined })),
  }),
})

function describeDrive(drive: Drive | undefined): object {
  if (drive === undefined) return {}
  const { name, bus, removable, sectorSize, identity } = drive
  return { drive: { name, bus, removable, sectorSize, ...identity } }
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
