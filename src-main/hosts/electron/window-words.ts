import type { Language } from '../../../src-shared/language.ts'
import type { FilePurpose, FolderPurpose } from '../../../src-shared/window-api.ts'

interface WindowWords {
  choose: Record<FilePurpose, string>
  chooseFolder: Record<FolderPurpose, string>
  saveReceipt: string
  closing: { message: string; detail: string; keep: string; stop: string }
  cannotStart: string
}

/** What the system's own dialogs say; the page's words are src-renderer/words. */
export const windowWords: Record<Language, WindowWords> = {
  en: {
    choose: {
      image: 'Choose an image',
      signature: 'Choose the signature of the image',
      keyring: 'Choose a file with public keys',
      drive: 'Choose a disk-image file to use as the drive',
    },
    chooseFolder: { cache: 'Choose where downloaded images are kept' },
    saveReceipt: 'Save the receipt',
    closing: {
      message: 'A job is still running',
      detail: 'If you stop it now, a drive that is being written cannot boot until it is written again.',
      keep: 'Keep running',
      stop: 'Stop and close',
    },
    cannotStart: 'Kindling cannot start',
  },
  ru: {
    choose: {
      image: 'Выберите образ',
      signature: 'Выберите подпись образа',
      keyring: 'Выберите файл с открытыми ключами',
      drive: 'Выберите файл образа диска, который будет накопителем',
    },
    chooseFolder: { cache: 'Выберите, где хранить скачанные образы' },
    saveReceipt: 'Сохранить квитанцию',
    closing: {
      message: 'Работа ещё не закончена',
      detail: 'Если остановить её сейчас, записываемый накопитель не загрузится, пока его не запишут заново.',
      keep: 'Продолжить',
      stop: 'Остановить и закрыть',
    },
    cannotStart: 'Kindling не запускается',
  },
}
