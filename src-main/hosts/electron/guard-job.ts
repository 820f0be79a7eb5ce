import type { FirstBootSpec } from '../../../src-shared/first-boot.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import type { AnyJobSpec, WriteSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import type { UserConsent } from './user-consent.ts'
import { guardSource, guardTrust, refuseMirror } from './guard-source.ts'
import type { ListedDrives } from './listed-drives.ts'
import { showPath } from './show-place.ts'

export interface JobGuard {
  consent: UserConsent
  listed: ListedDrives
  /**
   * Asks the user about answers of the page's form, and keeps those that passed.
   * @throws declined, usage
   */
  guardAnswers(answers: SimpleAnswers): Promise<void>
}

/**
 * Lets the page start a job on drives that were listed, and with paths that the user chose. Asks
 * the user about everything else.
 * @throws declined, usage
 */
export async function guardJob(spec: AnyJobSpec | WriteSpec, guard: JobGuard): Promise<void> {
  const { consent, listed } = guard
  const drives = 'drives' in spec ? spec.drives : 'drive' in spec ? [spec] : []
  for (const { drive, identity } of drives)
    if (identity === undefined || identity.device !== drive || !listed.has(identity))
      throw refuse(`${plain(drive)} was not listed`)
  if (!('source' in spec)) {
    if (spec.job === 'restore') return
    if (spec.job === 'identify') return refuseMirror(spec.streamBaseUrl)
    if (spec.replace !== undefined) throw refuse('The page does not decide what is replaced')
    return consent.requirePath('save', spec.output)
  }
  if ('directory' in spec && (spec.firstBoot ?? spec.loader) !== undefined)
    throw refuse('The page sets up the first boot of drives alone')
  if ('firstBoot' in spec && spec.firstBoot !== undefined) await guardFirstBoot(spec.firstBoot, guard)
  if ('receipt' in spec && spec.receipt !== undefined) throw refuse('The page names no receipt')
  if ('directory' in spec) consent.requirePath('download', spec.directory)
  await guardSource(spec.source, consent)
  const places = 'directory' in spec ? [spec.directory] : drives.map(({ drive }) => drive)
  await guardTrust(spec.source, places.map(showPath), consent)
}

/**
 * Lets the page set up a first boot by a config of this machine, by the answers of its form, and by
 * a disk to install on. Refuses anything else.
 */
async function guardFirstBoot(
  { ignition, answers, live, ...others }: FirstBootSpec,
  { consent, guardAnswers }: JobGuard,
): Promise<void> {
  const areAlone = (given: object, known: string[]) => Object.keys(given).every((name) => known.includes(name))
  if (!areAlone(others, ['acceptNoLogin']) || !areAlone(live ?? {}, ['destDevice', 'destWipe', 'acceptInstall']))
    throw refuse('The page sets up a first boot by a file, by answers and by a disk alone')
  if (ignition === undefined ? answers === undefined && live === undefined : answers !== undefined)
    throw refuse('The page sets up a first boot by a file or by answers')
  if (live !== undefined) {
    if (live.destDevice === undefined) throw refuse('The page names no disk to install on')
    await consent.askForDisk(live.destDevice, live.destWipe ?? false)
  }
  if (answers !== undefined) await guardAnswers(answers)
  if (ignition === undefined) return
  if (isWebAddress(ignition.location)) throw refuse('The page sets up a first boot by a file alone')
  await consent.askForFile('ignition', ignition.location)
}

const refuse = (reason: string): KindlingError => new KindlingError('usage', { reason })
