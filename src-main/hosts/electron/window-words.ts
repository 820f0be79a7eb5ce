import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { FilePurpose } from '../../../src-shared/window-api.ts'

/** What the system's own dialogs say; the page's words are src-renderer/words. */
export const windowWords = {
  choose: {
    image: 'Choose an image',
    signature: 'Choose the signature of the image',
    keyring: 'Choose a file with public keys',
    drive: 'Choose a disk-image file to use as the drive',
  } satisfies Record<FilePurpose, string>,
  saveReceipt: 'Save the receipt',
  closing: {
    message: 'A job is still running',
    detail: 'If you stop it now, a drive that is being written cannot boot until it is written again.',
    keep: 'Keep running',
    stop: 'Stop and close',
  },
  ended: {
    write: (drive: string) => `${drive} is written`,
    verify: (drive: string) => `${drive} matches`,
    download: 'The download is complete',
    drive: {
      untouched: 'The drive is as it was.',
      cleared: 'The drive cannot boot until an image is written to it.',
      proved: 'The drive is proved. You can unplug it.',
      'written-not-read-back': 'The drive was not read back. You can unplug it.',
      unknown: 'What the drive holds is not known. Do not boot from it.',
    } satisfies Record<DriveState, string>,
    allEnded: (count: number) => `All ${count} jobs have ended`,
    allGood: 'None failed.',
    someFailed: (failed: number, count: number) => `${failed} of ${count} jobs failed`,
    seeWindow: 'Kindling shows what each drive holds.',
  },
  cannotStart: 'Kindling cannot start',
}
