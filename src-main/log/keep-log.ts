import type { Api, News } from '../../src-shared/api.ts'
import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import type { Log } from './create-log.ts'
import { JobLines } from './job-lines.ts'

/**
 * Wraps an API so that it logs the start, the events and the cancelling of each job. Every phase is
 * logged with its duration in milliseconds, its bytes and rate. A drive is logged with its model,
 * size and bus.
 */
export function keepLog(api: Api, log: Log): Api {
  const jobs = new JobLines(log)
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

  const tap = (news: News) => {
    if (news.news === 'drives') see(news.drives)
  }
  api.subscribe((news) => news.news === 'job' && jobs.add(news.id, news.event), ['job'])
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
