import { nameDrive } from '../../drives/name-drive.ts'
import type { JobEnd } from './job-batch.ts'
import type { WindowWords } from './window-words.ts'

/** Returns the title and the text of a notification; null when the user stopped all jobs. */
export function describeEnd(all: JobEnd[], texts: WindowWords['ended']): { title: string; body: string } | null {
  const endings = all.filter((ending) => ending.event === 'done' || ending.code !== 'interrupted')
  const [first] = endings
  if (first === undefined) return null
  if (endings.length > 1) {
    const good = endings.filter(({ event }) => event === 'done').length
    const title =
      good === endings.length ? texts.allEnded(good) : texts.someFailed(endings.length - good, endings.length)
    return { title, body: good === endings.length ? texts.allGood : texts.seeWindow }
  }
  if (first.event === 'failed')
    return { title: texts.failed, body: first.driveState === null ? texts.seeWindow : texts.drive[first.driveState] }
  if (first.receipt === null && first.job === 'identify')
    return {
      title: texts.identify(nameDrive(first.drive.identity)),
      body: first.identified === null ? texts.unknown : texts.identified(first.identified),
    }
  const { job, drive } = first.receipt ?? first
  if (drive === null) return { title: texts.download, body: texts.downloaded }
  const name = nameDrive(drive.identity)
  const unplug = (text: string) => (drive.identity.kind === 'file' ? text : `${text} ${texts.unplug}`)
  if (job === 'restore') return { title: texts.restore(name), body: unplug(texts.restored) }
  if (job === 'save') {
    const hasGaps = first.receipt?.warnings.some(({ code }) => code === 'bytes-unreadable') ?? false
    return { title: texts.save(name), body: hasGaps ? texts.savedWithGaps : unplug(texts.saved) }
  }
  if (job === 'verify') return { title: texts.verify(name), body: texts.verified }
  const isWritten = drive.state === 'proved' || drive.state === 'written-not-read-back'
  return { title: texts.write(name), body: isWritten ? unplug(texts.drive[drive.state]) : texts.drive[drive.state] }
}
