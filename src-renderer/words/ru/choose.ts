import type { choose as en } from '../en/choose.ts'
import type { Translated } from '../message.ts'

export const choose: Translated<typeof en> = {
  sentence: {
    write: 'Записать',
    verify: 'Проверить, что',
    to: 'на',
    holds: 'содержит',
    noImage: 'образ',
    noDrive: 'накопитель',
    noDrives: 'накопители',
    identify: 'Узнать, какой образ содержит',
    download: 'Загрузить',
    noFiles: 'файлы потока',
    into: 'в папку',
    noFolder: 'по выбору',
    stream: 'Fedora CoreOS {stream}, {architecture}, {format}',
    drive: '{name}, {size}',
    noLogin: 'без возможности входа',
    noIgnition: 'с файлом Ignition',
    ignition: 'с файлом Ignition {name}',
  },

  start: {
    write: 'Стереть и записать {drive}',
    verify: 'Проверить {drive}',
    identify: 'Опознать {drive}',
    download: 'Загрузить {name}',
    blocker: {
      releases: 'Ожидание списка выпусков…',
      noReleases: 'Нет образа: список выпусков не прочитан.',
      image: 'Выберите образ.',
      drive: {
        write: 'Выберите накопитель для записи.',
        verify: 'Выберите накопитель для проверки.',
        identify: 'Выберите накопитель, который нужно опознать.',
      },
      tooMany:
        'За один раз можно записать не больше {most, plural, one {# накопителя} few {# накопителей} many {# накопителей} other {# накопителя}}.',
      refused: '{title}.',
      tooSmall: '{name} слишком мал: образу нужно {size}.',
      sectors: '{name}: секторы по {size} байт.',
      firstBoot: {
        missing: 'Выберите файл Ignition или запишите систему как она опубликована.',
        checking: 'Проверка файла Ignition …',
        invalid: 'Исправьте файл Ignition: машина остановилась бы при первом запуске.',
      },
    },
    useIso: 'Взять ISO',
    isoFits: 'Для Live ISO хватит {size}.',
    isoUnasked: 'Размер Live ISO узнать не удалось.',
  },

  after: {
    title: 'После записи: {summary}',
    readBack: 'прочитать и сравнить',
    noReadBack: 'не читать обратно',
    eject: 'извлечь',
  },

  confirm: {
    title: 'Стереть и записать {drive}?',
    loss: 'Всё, что есть на этом накопителе, будет потеряно.',
    lossSeveral: 'Всё, что есть на этих накопителях, будет потеряно.',
    drive: 'Накопитель',
    device: 'Устройство',
    serial: 'Серийный номер',
    contents: 'Сейчас на нём',
    image: 'Образ',
    precious: 'Похоже, это чей-то диск, а не флешка.',
    typeName: 'Чтобы продолжить, введите {name}',
    unprovedTitle: 'Происхождение образа ничем не подтверждено.',
    unproved:
      'У него нет ни подписи, ни хеша. Тот, кто создал или изменил его, получит власть над компьютером, который с него загрузится.',
    acceptUnproved: 'Использовать без подтверждения',
    unrecognizedTitle: 'Это не похоже на образ диска.',
    unrecognized:
      'В нём нет ни таблицы разделов, ни дескриптора ISO, ни известной файловой системы. С такого накопителя компьютер не загрузится.',
    acceptUnrecognized: 'Всё равно записать',
    doubtfulTitle: 'Сервер, возможно, предлагает старый или не тот образ.',
    doubtful: 'Сведения о потоке никем не подписаны: {reason}.',
    acceptDoubtful: 'Всё равно использовать этот образ',
    noLoginTitle: 'Войти в систему не сможет никто.',
    noLogin: {
      published: 'В опубликованной системе нет ни пароля, ни ключа. Чтобы вы могли войти, ей нужен файл Ignition.',
      file: 'Файл Ignition не даёт ни одному пользователю ни ключа SSH, ни пароля.',
    },
    acceptNoLogin: 'Записать без возможности входа',
    readBack: 'Прочитать накопитель и сравнить каждый байт',
    eject: 'По окончании отключить питание накопителя',
    ejectSeveral: 'Отключать питание каждого накопителя, когда он готов',
    notReadBack: 'Записанное не будет прочитано обратно.',
    noReadBack: 'Без этого неизвестно, сохранил ли накопитель то, что ему передали.',
    cancel: 'Отмена',
  },
}
