import { limitTexts, phaseTexts } from '../../../src-shared/progress-texts.ts'

export const job = {
  job: {
    states: {
      write: 'Writing',
      verify: 'Verifying',
      identify: 'Identifying',
      download: 'Downloading',
      restore: 'Restoring',
    },
    to: 'To {directory}.',
    keepPlugged: 'Keep {drive} plugged in.',
    path: 'Phases',
    phases: {
      signature: 'get signature',
      prove: 'verify image',
      prepare: 'prepare',
      download: 'download',
      save: 'save',
      write: 'write',
      flush: 'save to drive',
      'read-back': 'verify',
      'set-up': 'set up',
      finish: 'make bootable',
    },
    /** Phase names of other jobs, where they differ from those of a write. */
    phasesOf: {
      verify: { 'read-back': 'compare', finish: 'conclude' },
      identify: { prepare: 'look up', 'read-back': 'read' },
    },
    stages: { fetch: 'download', read: 'read', decode: 'decode', write: 'write' },
    now: {
      ...phaseTexts,
      prove: 'Verifying the image before the drive is changed',
      prepare: 'Reading the start of the image, then clearing the drive',
      'read-back': 'Reading the drive back to verify it',
    },
    nowOf: {
      verify: { 'read-back': 'Comparing the drive with the image' },
      identify: { prepare: 'Looking up published images', 'read-back': 'Reading the drive' },
      download: { prove: 'Verifying the files downloaded earlier' },
      restore: { prepare: 'Erasing the drive' },
    },
    percent: '{phase}, {percent} % of the job',
    /** `step` of `steps` phases; `percent` is that of the whole job. */
    progress: '{percent} % of the job · step {step} of {steps}',
    starting: 'Starting',
    left: '{eta} left',
    limit: limitTexts,
    /** Legend of the plot: the part whose speed each line shows. */
    lines: { drive: 'drive', decode: 'decode', network: 'network', source: 'image file' },
    plot: 'Speed over time',
    plotNow: 'Speed over time, now: {rates}',
    skipped: '{size} unchanged, skipped',
    proofs: 'Proofs',
    proofNames: {
      sha256: 'SHA-256',
      signature: 'OpenPGP signature',
      'uncompressed-sha256': 'Decompressed SHA-256',
      'read-back': 'Read-back',
      'first-boot': 'First-boot setup',
    },
    verdicts: { pending: 'waiting', missing: 'not available' },
    /** When a proof of a write or a download is due. */
    pending: {
      sha256: 'checked at the end of the image',
      signature: 'checked at the end of the image',
      'uncompressed-sha256': 'checked at the end of the image',
      'read-back': 'follows the write',
      'first-boot': 'follows the read-back',
    },
    proofAbsent: {
      sha256: 'no hash to compare with',
      signature: 'not found',
      'uncompressed-sha256': 'not published',
      'read-back': 'turned off',
      'first-boot': 'none',
    },
    cancel: 'Cancel',
  },

  stop: {
    title: {
      write: 'Stop writing?',
      verify: 'Stop verifying?',
      identify: 'Stop identifying?',
      download: 'Stop downloading?',
      restore: 'Stop restoring?',
    },
    before: 'The drive has not been changed, and stays as it is.',
    during: 'If the drive has been erased already, it will not boot until you write an image to it.',
    after: '{drive} has been erased already. It will not boot until you write an image to it.',
    several:
      'A drive that is erased or partly written will not boot until you write an image to it. Finished drives stay as they are.',
    verify: 'Verifying does not change the drive.',
    identify: 'Identifying does not change the drive.',
    download: 'The data downloaded so far are kept for the next try.',
    restore: 'A drive that is erased already stays empty until you restore it, or write an image to it.',
    keep: {
      write: 'Keep writing',
      verify: 'Keep verifying',
      identify: 'Keep identifying',
      download: 'Keep downloading',
      restore: 'Keep restoring',
    },
    stop: 'Stop',
    stopping: 'Stopping…',
  },
} as const
