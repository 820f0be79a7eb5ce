import type { DriveState } from '../../../src-shared/drive-state.ts'
import type { Language } from '../../../src-shared/language.ts'
import type { FilePurpose, FolderPurpose } from '../../../src-shared/window-api.ts'

/** Questions that only the user may answer, asked in a dialog of the system. */
export type QuestionName =
  | 'server'
  | 'file'
  | 'unproved'
  | 'sum'
  | 'list'
  | 'keys'
  | 'mirror'
  | 'keyring'
  | 'noReadBack'
  | 'sshKeys'
  | 'profileKeys'
  | 'password'
  | 'install'
  | 'installWipe'

export interface WindowWords {
  choose: Record<FilePurpose, string>
  chooseSshKeys: string
  chooseFolder: Record<FolderPurpose, string>
  chooseImageFile: string
  saveReceipt: string
  saveIgnition: string
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
    restore: (drive: string) => string
    restored: string
    save: (drive: string) => string
    saved: string
    savedWithGaps: string
    /** Added where the drive is not a disk-image file. */
    unplug: string
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
      checksumFile: 'Choose the list of sums of the image',
      keyring: 'Choose a file with public keys',
      drive: 'Choose a disk-image file to use as the drive',
      ignition: 'Choose an Ignition config',
    },
    chooseSshKeys: 'Choose a public SSH key',
    chooseFolder: { cache: 'Choose a folder for downloaded images', download: 'Choose a folder for the files' },
    chooseImageFile: 'Choose the file to save the drive to',
    saveReceipt: 'Save the receipt',
    saveIgnition: 'Save the Ignition file',
    closing: {
      message: 'A job is still running',
      detail: 'If you stop it now, a partly written drive cannot boot until you write it again.',
      keep: 'Keep running',
      stop: 'Stop and close',
    },
    ask: {
      cancel: 'Cancel',
      questions: {
        server: {
          message: 'Read from this server?',
          detail: 'The image or its signature is there. Agree only if you entered this address yourself.',
          agree: 'Read',
        },
        file: {
          message: 'Read this file?',
          detail: 'Agree only if you chose this file yourself.',
          agree: 'Read',
        },
        unproved: {
          message: 'Use an image of unknown origin?',
          detail: 'Without a signature, the origin of the image is unknown.',
          agree: 'Use it',
        },
        sum: {
          message: 'Trust this SHA-256?',
          detail: 'If the image has no signature, this hash is its only proof. Compare it with the publisher’s.',
          agree: 'Trust',
        },
        list: {
          message: 'Trust this list of sums?',
          detail: 'If neither the image nor the list has a signature, this list is its only proof.',
          agree: 'Trust',
        },
        keys: {
          message: 'Trust the keys in this file?',
          detail: 'Kindling accepts an image signed by one of these keys, for this job only.',
          agree: 'Trust',
        },
        mirror: {
          message: 'Use this mirror from now on?',
          detail: 'Kindling reads streams from it, here and on the command line. Signatures are still checked.',
          agree: 'Use the mirror',
        },
        keyring: {
          message: 'Trust the keys in this file from now on?',
          detail: 'Kindling accepts an image signed by one of these keys, here and on the command line.',
          agree: 'Trust',
        },
        sshKeys: {
          message: 'Let these SSH keys log in?',
          detail:
            'Whoever has the private key can log in to the written system. Agree only if you entered the keys yourself.',
          agree: 'Let them log in',
        },
        profileKeys: {
          message: 'Keep these SSH keys in a profile?',
          detail:
            'Whoever has the private key can log in to every system that is written with the profile. Agree only if you entered the keys yourself.',
          agree: 'Keep them',
        },
        password: {
          message: 'Let a password log in?',
          detail: 'Whoever knows it can log in to the written system. Agree only if you entered a password yourself.',
          agree: 'Let it log in',
        },
        install: {
          message: 'Write a drive that erases this disk by itself?',
          detail: 'Every machine that starts from the drive and has a disk of this name erases it without asking.',
          agree: 'Let it erase',
        },
        installWipe: {
          message: 'Write a drive that wipes and erases this disk by itself?',
          detail:
            'Every machine that starts from the drive and has a disk of this name erases it without asking. An array or a volume group with other disks, too, loses this member.',
          agree: 'Let it erase',
        },
        noReadBack: {
          message: 'Stop verifying drives after writing?',
          detail: 'Without it, a faulty drive goes unnoticed.',
          agree: 'Stop verifying',
        },
      },
    },
    ended: {
      write: (drive) => `${drive} is written`,
      verify: (drive) => `${drive} matches`,
      verified: 'The drive matches the image.',
      identify: (drive) => `${drive} is read`,
      identified: ({ stream, release }) => `It is Fedora CoreOS ${stream} ${release}.`,
      unknown: 'It matches none of the images Kindling knows.',
      download: 'The download is complete',
      downloaded: 'The files are in your folder.',
      restore: (drive) => `${drive} is restored`,
      restored: 'The drive is an empty storage stick.',
      save: (drive) => `${drive} is saved`,
      saved: 'The drive was not changed.',
      savedWithGaps: 'Parts of the drive could not be read. The file has gaps; the window names them.',
      unplug: 'You can unplug it.',
      failed: 'The job failed',
      drive: {
        untouched: 'The drive was not changed.',
        cleared: 'The drive was erased and cannot boot until you write an image to it.',
        proved: 'The drive matches the image.',
        'written-not-read-back': 'The drive was not read back.',
        unknown: 'The contents of the drive are unknown. Do not boot from it.',
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
      checksumFile: 'Выберите список сумм образа',
      keyring: 'Выберите файл с открытыми ключами',
      drive: 'Выберите файл образа диска, который будет накопителем',
      ignition: 'Выберите конфигурацию Ignition',
    },
    chooseSshKeys: 'Выберите открытый ключ SSH',
    chooseFolder: { cache: 'Выберите папку для скачанных образов', download: 'Выберите папку для файлов' },
    chooseImageFile: 'Выберите файл, в который сохранить накопитель',
    saveReceipt: 'Сохранить отчёт',
    saveIgnition: 'Сохранить файл Ignition',
    closing: {
      message: 'Задание ещё выполняется',
      detail:
        'Если остановить его сейчас, с записываемого накопителя нельзя будет загрузиться, пока вы не запишете его заново.',
      keep: 'Продолжить',
      stop: 'Остановить и закрыть',
    },
    ask: {
      cancel: 'Отмена',
      questions: {
        server: {
          message: 'Читать с этого сервера?',
          detail: 'Там лежит образ или его подпись. Соглашайтесь, только если адрес указали вы.',
          agree: 'Читать',
        },
        file: {
          message: 'Прочитать этот файл?',
          detail: 'Соглашайтесь, только если файл указали вы.',
          agree: 'Прочитать',
        },
        unproved: {
          message: 'Использовать образ из неизвестного источника?',
          detail: 'Без подписи источник образа неизвестен.',
          agree: 'Использовать',
        },
        sum: {
          message: 'Доверять этой сумме SHA-256?',
          detail:
            'Если у образа нет подписи, другого доказательства не будет. Сверьте сумму с той, что назвал издатель.',
          agree: 'Доверять',
        },
        list: {
          message: 'Доверять этому списку сумм?',
          detail: 'Если подписи нет ни у образа, ни у списка, другого доказательства не будет.',
          agree: 'Доверять',
        },
        keys: {
          message: 'Доверять ключам из этого файла?',
          detail: 'Kindling примет образ, подписанный одним из них, — только для этого задания.',
          agree: 'Доверять',
        },
        mirror: {
          message: 'Теперь всегда пользоваться этим зеркалом?',
          detail: 'Kindling будет читать потоки с него, здесь и в командной строке. Подписи проверяются по-прежнему.',
          agree: 'Пользоваться',
        },
        keyring: {
          message: 'Теперь всегда доверять ключам из этого файла?',
          detail: 'Kindling примет образ, подписанный одним из них, здесь и в командной строке.',
          agree: 'Доверять',
        },
        sshKeys: {
          message: 'Разрешить вход с этими ключами SSH?',
          detail:
            'Владелец закрытого ключа сможет войти в записанную систему. Соглашайтесь, только если ввели ключи сами.',
          agree: 'Разрешить вход',
        },
        profileKeys: {
          message: 'Сохранить эти ключи SSH в профиле?',
          detail:
            'Владелец закрытого ключа сможет войти в каждую систему, записанную с этим профилем. Соглашайтесь, только если ввели ключи сами.',
          agree: 'Сохранить',
        },
        password: {
          message: 'Разрешить вход по паролю?',
          detail: 'Кто его знает, сможет войти в записанную систему. Соглашайтесь, только если ввели пароль сами.',
          agree: 'Разрешить вход',
        },
        install: {
          message: 'Записать накопитель, который сам сотрёт этот диск?',
          detail:
            'Каждая машина, которая запустится с него и имеет диск с таким именем, сотрёт этот диск без вопросов.',
          agree: 'Пусть стирает',
        },
        installWipe: {
          message: 'Записать накопитель, который сам освободит и сотрёт этот диск?',
          detail:
            'Каждая машина, которая запустится с него и имеет диск с таким именем, сотрёт этот диск без вопросов. Массив или группа томов, где есть и другие диски, лишится этого диска.',
          agree: 'Пусть стирает',
        },
        noReadBack: {
          message: 'Больше не проверять накопители после записи?',
          detail: 'Без этого неисправность накопителя останется незамеченной.',
          agree: 'Не проверять',
        },
      },
    },
    ended: {
      write: (drive) => `Записано: ${drive}`,
      verify: (drive) => `Совпадает: ${drive}`,
      verified: 'Накопитель совпадает с образом.',
      identify: (drive) => `Прочитан: ${drive}`,
      identified: ({ stream, release }) => `На нём Fedora CoreOS ${stream} ${release}.`,
      unknown: 'Он не совпал ни с одним из известных образов.',
      download: 'Скачивание завершено',
      downloaded: 'Файлы в выбранной папке.',
      restore: (drive) => `Очищен: ${drive}`,
      restored: 'Это пустой накопитель для файлов.',
      save: (drive) => `Сохранён: ${drive}`,
      saved: 'Накопитель не изменился.',
      savedWithGaps: 'Часть накопителя не читается. В файле пропуски; они перечислены в окне.',
      unplug: 'Его можно отключить.',
      failed: 'Сбой',
      drive: {
        untouched: 'Накопитель не изменён.',
        cleared: 'Накопитель стёрт, с него нельзя загрузиться, пока вы не запишете на него образ.',
        proved: 'Накопитель совпадает с образом.',
        'written-not-read-back': 'Накопитель не прочитан обратно.',
        unknown: 'Содержимое накопителя неизвестно. Не загружайтесь с него.',
      },
      allEnded: (count) => `Закончены все задания: ${count}`,
      allGood: 'Все удались.',
      someFailed: (failed, count) => `Сбой заданий: ${failed} из ${count}`,
      seeWindow: 'Что случилось, показывает Kindling.',
    },
    cannotStart: 'Kindling не запускается',
  },
}
