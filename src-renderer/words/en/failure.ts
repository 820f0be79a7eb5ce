/** Texts of the failure page. The texts of each code are in src-shared/failure-catalog.ts. */
export const failure = {
  failure: {
    /**
     * Readable from three metres. They say whether the drive can be unplugged and whether it boots.
     */
    states: {
      untouched: 'Nothing was written',
      cleared: 'The drive cannot boot',
      proved: 'The drive is proved',
      'written-not-read-back': 'Written, not proved',
      unknown: 'State unknown',
    },
    drive: {
      untouched: '{name} is as it was. You can unplug it.',
      cleared: 'What was on {name} is lost and it cannot boot. You can unplug it.',
      proved: '{name} holds the image, read back and compared.',
      'written-not-read-back': '{name} was given every byte; none was read back.',
      unknown: 'Nobody can say what is on {name} now. Do not boot from it; write it again.',
    },
    not: { verify: 'Not verified', identify: 'Not identified', download: 'Not downloaded' },
    differs: 'It differs',
    booted: 'It has booted',
    rejected: 'Image rejected',
    verifyDrive: 'Nothing on {name} was changed. You can unplug it.',
    download: 'No unproved file was left under its name.',
    stopped: 'Stopped',
    backFromStop: 'Back',
    chooseImage: 'Choose another image',
    downloadAgain: 'Download again',
    writeAgain: 'Write the image again',
    identify: 'Identify this drive',
    details: 'Details',
    code: 'code',
    driveState: 'drive state',
    noDrive: 'not looked at',
    firstDifference: 'First difference at byte {bytes} ({size} from the start)',
    differing: '{size} differ in all',
    copy: 'Copy details',
    copied: 'Copied',
    log: 'The log is in',
    again: 'Try again',
    plugIn: 'Plug {name} in again to try again.',
    back: 'Back to the choice',
  },
} as const
