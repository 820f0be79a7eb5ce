import type { Failure } from '../../src-shared/failure.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { addUnplug } from '../job/add-unplug.ts'
import { causeOf } from '../job/cause-of.ts'
import type { RunningJob } from '../job/running-job.svelte.ts'
import { t } from '../words/index.ts'
import { describeReceipt } from '../words/describe-statement.ts'

/** The outcome of a job, readable from three metres: a tone, a short state and its consequence. */
export interface Ending {
  tone: 'proved' | 'partly' | 'failed'
  state: string
  consequence: string
}

export function describeSuccess({ request }: RunningJob, receipt: Receipt): Ending {
  const { spec, driveName } = request
  if (spec.job === 'verify')
    return { tone: 'proved', state: t('result.verified'), consequence: describeReceipt(receipt) }
  if (spec.job === 'save') {
    const gaps = receipt.warnings.some(({ code }) => code === 'bytes-unreadable')
    return {
      tone: gaps ? 'partly' : 'proved',
      state: t(gaps ? 'saving.gaps' : 'saving.done'),
      consequence: addUnplug(t('saving.unchangedDrive', { drive: driveName }), request),
    }
  }
  const unproved = receipt.image.origin === 'none'
  if (spec.job === 'download')
    return {
      tone: unproved ? 'partly' : 'proved',
      state: unproved ? t('result.downloadedUnproved') : t('result.downloaded'),
      consequence: t('result.inFolder', { directory: spec.directory }),
    }
  if (receipt.drive?.state !== 'proved')
    return {
      tone: 'partly',
      state: t('result.written'),
      consequence: addUnplug(t('result.writtenOn', { drive: driveName }), request),
    }
  return {
    tone: unproved ? 'partly' : 'proved',
    state: unproved ? t('result.unproved') : t('result.proved'),
    consequence: addUnplug(t('result.provedOn', { drive: driveName }), request),
  }
}

export function describeFailedEnding({ request, view }: RunningJob, failure: Failure): Ending {
  const { spec, driveName: name } = request
  const cause = causeOf(failure)
  const driveState = failure.driveState ?? 'untouched'
  const state = spec.job === 'write' ? t(`failure.states.${driveState}`) : t(`failure.not.${spec.job}`)
  const states = {
    stopped: t('failure.stopped'),
    rejected: t('failure.rejected'),
    differs: t('failure.differs'),
    booted: t('failure.booted'),
    unsuitable: state,
    other: state,
  }
  const isKept = view.warnings.some(({ code }) => code === 'saved-part-kept')
  const unchanged = addUnplug(t('failure.drive.untouched', { name }), request)
  const written = t(`failure.drive.${driveState}`, { name })
  const consequences = {
    write: driveState === 'untouched' || driveState === 'cleared' ? addUnplug(written, request) : written,
    verify: unchanged,
    identify: unchanged,
    download: t('failure.download'),
    restore: driveState === 'untouched' ? unchanged : t('failure.restoreDrive', { name }),
    save: [unchanged, isKept && t('saving.kept')].filter(Boolean).join(' '),
  }
  return {
    tone: cause === 'stopped' || cause === 'booted' ? 'partly' : 'failed',
    state: states[cause],
    consequence: consequences[spec.job],
  }
}
