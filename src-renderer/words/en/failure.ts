/** Texts of the failure page. The texts of each code are in src-shared/failure-catalog.ts. */
export const failure = {
  failure: {
    /**
     * Readable from three metres. They say whether the drive can be unplugged and whether it boots.
     */
    states: {
      untouched: 'Nothing was written',
      cleared: 'Drive erased, not bootable',
      proved: 'Drive verified',
      'written-not-read-back': 'Written, not verified',
      unknown: 'State unknown',
    },
    drive: {
      untouched: '{name} was not changed.',
      cleared: '{name} was erased and cannot boot.',
      proved: '{name} matches the image.',
      'written-not-read-back': 'Every byte was written to {name}, and not read back.',
      unknown: 'The contents of {name} are unknown. Do not boot from it; write the image again.',
    },
    not: {
      verify: 'Not verified',
      identify: 'Not identified',
      download: 'Not downloaded',
      restore: 'Not restored',
      save: 'Not saved',
    },
    differs: 'The drive does not match the image',
    booted: 'It has booted',
    rejected: 'Image rejected',
    restoreDrive: '{name} was erased and cannot be used yet. Restore it again.',
    download: 'No unverified file was saved under its name.',
    stopped: 'Stopped',
    backFromStop: 'Back',
    chooseImage: 'Choose another image',
    downloadAgain: 'Download again',
    writeAgain: 'Write the image again',
    identify: 'Identify this drive',
    details: 'Details',
    code: 'code',
    driveState: 'drive state',
    noDrive: 'not checked',
    firstDifference: 'First difference at byte {bytes} ({size} from the start).',
    differsFromStart: 'They differ from the very first byte.',
    differing: '{size} differ in total.',
    copy: 'Copy details',
    copied: 'Copied',
    log: 'Log:',
    again: 'Try again',
    plugIn: 'To try again, plug {name} in again.',
    putBack: 'To try again, put the file {name} back.',
    back: 'Change selection',
  },
} as const
