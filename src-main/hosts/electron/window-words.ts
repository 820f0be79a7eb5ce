import type { FilePurpose } from '../../../src-shared/window-api.ts'

/** What the system's own dialogs say; the page's words are src-renderer/words. */
export const windowWords = {
  choose: {
    image: 'Choose an image',
    signature: 'Choose the signature of the image',
    keyring: 'Choose a file with public keys',
    drive: 'Choose a disk-image file to use as the drive',
  } satisfies Record<FilePurpose, string>,
  chooseFolder: 'Choose where to keep the files',
  saveReceipt: 'Save the receipt',
  closing: {
    message: 'A job is still running',
    detail: 'If you stop it now, a drive that is being written cannot boot until it is written again.',
    keep: 'Keep running',
    stop: 'Stop and close',
  },
  cannotStart: 'Kindling cannot start',
}
