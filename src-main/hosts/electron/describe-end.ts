import { nameDrive } from '../../drives/name-drive.ts'
import type { Ending } from './job-batch.ts'
import { windowWords } from './window-words.ts'

/** Title and one line, or null when all were stopped by somebody, who knows. */
export function describeEnd(all: Ending[]): { title: string; body: string } | null {
  const texts = windowWords.ended
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
    return { title: first.title, body: first.driveState === null ? first.advice : texts.drive[first.driveState] }
  const { job, drive } = first.receipt
  if (drive === null) return { title: texts.download, body: first.receipt.statement }
  const name = nameDrive(drive.identity)
  if (job === 'verify') return { title: texts.verify(name), body: first.receipt.statement }
  return { title: texts.write(name), body: texts.drive[drive.state] }
}
