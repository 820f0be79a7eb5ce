import type { Failure } from '../../src-shared/failure.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
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

export function describeSuccess({ request: { spec, driveName } }: RunningJob, receipt: Receipt): Ending {
  if (spec.job === 'verify')
    return { tone: 'proved', state: t('result.verified'), consequence: describeReceipt(receipt) }
  if (spec.job === 'save') {
    const gaps = receipt.warnings.some(({ code }) => code === 'bytes-unreadable')
    return {
      tone: gaps ? 'partly' : 'proved',
      state: t(gaps ? 'saving.gaps' : 'saving.done'),
      consequence: t('saving.doneUnplug', { drive: driveName }),
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
      consequence: t('result.writtenUnplug', { drive: driveName }),
    }
  return {
    tone: unproved ? 'partly' : 'proved',
    state: unproved ? t('result.unproved') : t('result.proved'),
    consequence: t('result.provedUnplug', { drive: driveName }),
  }
}

export function describeFailedEnding(
  { request: { spec, driveName: name }, view }: RunningJob,
  failure: Failure,
): Ending {
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
  const consequences = {
    write: t(`failure.drive.${driveState}`, { name }),
    verify: t('failure.verifyDrive', { name }),
    identify: t('failure.verifyDrive', { name }),
    download: t('failure.download'),
    restore: t(driveState === 'untouched' ? 'failure.verifyDrive' : 'failure.restoreDrive', { name }),
    save: [t('failure.verifyDrive', { name }), isKept && t('saving.kept')].filter(Boolean).join(' '),
  }
  return {
    tone: cause === 'stopped' || cause === 'booted' ? 'partly' : 'failed',
    state: states[cause],
    consequence: consequences[spec.job],
  }
}
