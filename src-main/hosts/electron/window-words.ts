import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { Language } from '../../../src-shared/language.ts'
import type { FilePurpose, FolderPurpose } from '../../../src-shared/window-api.ts'

/** Questions that only the user may answer, asked in a dialog of the system. */
export type QuestionName =
  'server' | 'file' | 'unproved' | 'sum' | 'list' | 'keys' | 'mirror' | 'keyring' | 'noReadBack' | 'sshKeys'

export interface WindowWords {
  choose: Record<FilePurpose, string>
  chooseSshKeys: string
  chooseFolder: Record<FolderPurpose, string>
  saveReceipt: string
  closing: { message: string; detail: string; keep: string; stop: string }
  /** Names and paths are displayed above the detail. */
  ask: { cancel: string; questions: Record<QuestionName, { message: string; detail: string; agree: string }> }
  ended: {
    write: (drive: string) => string
    verify: (drive: string) => string
    verified: string
    identify: (drive: string) => string
    identified: (image: { stream: string; release: string }) => string
    unknown: string
    download: string
    downloaded: string
    failed: string
    drive: Record<DriveState, string>
    allEnded: (count: number) => string
    allGood: string
    someFailed: (failed: number, count: number) => string
    seeWindow: string
  }
  cannotStart: string
}

/** Texts of the system's dialogs. The page's texts are in src-renderer/words. */
export const windowWords: Record<Language, WindowWords> = {
  en: {
    choose: {
      image: 'Choose an image',
      signature: 'Choose the signature of the image',
      checksumFile: 'Choose the list of sums that names the image',
      keyring: 'Choose a file with public keys',
      drive: 'Choose a disk-image file to use as the drive',
      ignition: 'Choose an Ignition config',
    },
    chooseSshKeys: 'Choose a public SSH key',
    chooseFolder: { cache: 'Choose where downloaded images are kept', download: 'Choose where to keep the files' },
    saveReceipt: 'Save the receipt',
    closing: {
      message: 'A job is still running',
      detail: 'If you stop it now, a drive that is being written cannot boot until it is written again.',
      keep: 'Keep running',
      stop: 'Stop and close',
    },
    ask: {
      cancel: 'Cancel',
      questions: {
        server: {
          message: 'Read from this server?',
          detail: 'The image or a proof of it is there. Agree only if you named this address yourself.',
          agree: 'Read',
        },
        file: {
          message: 'Read this file?',
          detail: 'Agree only if you named this file yourself.',
          agree: 'Read',
        },
        unproved: {
          message: 'Use an image of unproved origin?',
          detail: 'If the image has no signature, nothing proves where it comes from.',
          agree: 'Use it',
        },
        sum: {
          message: 'Rely on this SHA-256?',
          detail: 'If the image has no signature, this sum is its only proof. Compare it with the publisher’s.',
          agree: 'Rely on it',
        },
        list: {
          message: 'Rely on this list of sums?',
          detail: 'If neither the image nor the list has a signature, this list is its only proof.',
          agree: 'Rely on it',
        },
        keys: {
          message: 'Trust the keys in this file?',
          detail: 'An image that one of these keys signed counts as proved. This holds for this job.',
          agree: 'Trust',
        },
        mirror: {
          message: 'Use this mirror from now on?',
          detail: 'Kindling reads streams from it, here and on the command line. Signatures are still checked.',
          agree: 'Use the mirror',
        },
        keyring: {
          message: 'Trust the keys in this file from now on?',
          detail: 'An image that one of these keys signed counts as proved, here and on the command line.',
          agree: 'Trust',
        },
        sshKeys: {
          message: 'Let these SSH keys log in?',
          detail:
            'Whoever has the private key can log in to the written system. Agree only if you entered the keys yourself.',
          agree: 'Let them log in',
        },
        noReadBack: {
          message: 'Stop reading drives back from now on?',
          detail: 'A drive that is not read back is not proved.',
          agree: 'Stop reading back',
        },
      },
    },
    ended: {
      write: (drive) => `${drive} is written`,
      verify: (drive) => `${drive} matches`,
      verified: 'The drive holds the image.',
      identify: (drive) => `${drive} is read`,
      identified: ({ stream, release }) => `It holds Fedora CoreOS ${stream} ${release}.`,
      unknown: 'It holds no published image that is known.',
      download: 'The download is complete',
      downloaded: 'The files are where you wanted them.',
      failed: 'The job failed',
      drive: {
        untouched: 'The drive is as it was.',
        cleared: 'The drive cannot boot until an image is written to it.',
        proved: 'The drive is proved. You can unplug it.',
        'written-not-read-back': 'The drive was not read back. You can unplug it.',
        unknown: 'What the drive holds is not known. Do not boot from it.',
      },
      allEnded: (count) => `All ${count} jobs have ended`,
      allGood: 'None failed.',
      someFailed: (failed, count) => `${failed} of ${count} jobs failed`,
      seeWindow: 'Kindling shows what happened.',
    },
    cannotStart: 'Kindling cannot start',
  },
  ru: {
    choose: {
      image: 'Выберите образ',
      signature: 'Выберите подпись образа',
      checksumFile: 'Выберите список сумм, в котором есть образ',
      keyring: 'Выберите файл с открытыми ключами',
      drive: 'Выберите файл образа диска, который будет накопителем',
      ignition: 'Выберите конфигурацию Ignition',
    },
    chooseSshKeys: 'Выберите открытый ключ SSH',
    chooseFolder: { cache: 'Выберите, где хранить скачанные образы', download: 'Выберите, где хранить файлы' },
    saveReceipt: 'Сохранить квитанцию',
    closing: {
      message: 'Задание ещё выполняется',
      detail:
        'Если остановить его сейчас, с записываемого накопителя нельзя будет загрузиться, пока его не запишут заново.',
      keep: 'Продолжить',
      stop: 'Остановить и закрыть',
    },
    ask: {
      cancel: 'Отмена',
      questions: {
        server: {
          message: 'Читать с этого сервера?',
          detail: 'Там лежит образ или то, что его подтверждает. Соглашайтесь, только если адрес указали вы.',
          agree: 'Читать',
        },
        file: {
          message: 'Прочитать этот файл?',
          detail: 'Соглашайтесь, только если файл указали вы.',
          agree: 'Прочитать',
        },
        unproved: {
          message: 'Взять образ, происхождение которого не доказано?',
          detail: 'Если у образа нет подписи, ничто не доказывает, откуда он.',
          agree: 'Взять',
        },
        sum: {
          message: 'Положиться на эту сумму SHA-256?',
          detail:
            'Если у образа нет подписи, другого доказательства не будет. Сверьте сумму с той, что назвал издатель.',
          agree: 'Положиться',
        },
        list: {
          message: 'Положиться на этот список сумм?',
          detail: 'Если подписи нет ни у образа, ни у списка, другого доказательства не будет.',
          agree: 'Положиться',
        },
        keys: {
          message: 'Доверять ключам из этого файла?',
          detail: 'Образ, подписанный одним из них, будет считаться проверенным. Это действует для одного задания.',
          agree: 'Доверять',
        },
        mirror: {
          message: 'Теперь всегда пользоваться этим зеркалом?',
          detail: 'Kindling будет читать потоки с него, здесь и в командной строке. Подписи проверяются по-прежнему.',
          agree: 'Пользоваться',
        },
        keyring: {
          message: 'Теперь всегда доверять ключам из этого файла?',
          detail: 'Образ, подписанный одним из них, будет считаться проверенным, здесь и в командной строке.',
          agree: 'Доверять',
        },
        sshKeys: {
          message: 'Разрешить вход с этими ключами SSH?',
          detail:
            'Владелец закрытого ключа сможет войти в записанную систему. Соглашайтесь, только если ввели ключи сами.',
          agree: 'Разрешить вход',
        },
        noReadBack: {
          message: 'Больше не читать накопители после записи?',
          detail: 'Накопитель, который не прочитан, не считается проверенным.',
          agree: 'Не читать',
        },
      },
    },
    ended: {
      write: (drive) => `Записано: ${drive}`,
      verify: (drive) => `Совпадает: ${drive}`,
      verified: 'На накопителе этот образ.',
      identify: (drive) => `Прочитан: ${drive}`,
      identified: ({ stream, release }) => `На нём Fedora CoreOS ${stream} ${release}.`,
      unknown: 'Ни одного известного опубликованного образа на нём нет.',
      download: 'Загрузка завершена',
      downloaded: 'Файлы лежат там, где вы хотели.',
      failed: 'Не удалось',
      drive: {
        untouched: 'Накопитель остался как был.',
        cleared: 'С накопителя нельзя загрузиться, пока на него не запишут образ.',
        proved: 'Накопитель проверен. Его можно отключить.',
        'written-not-read-back': 'Контрольного чтения не было. Накопитель можно отключить.',
        unknown: 'Что на накопителе, неизвестно. Не загружайтесь с него.',
      },
      allEnded: (count) => `Закончены все задания: ${count}`,
      allGood: 'Все удались.',
      someFailed: (failed, count) => `Не удалось заданий: ${failed} из ${count}`,
      seeWindow: 'Что случилось, показывает Kindling.',
    },
    cannotStart: 'Kindling не запускается',
  },
}
