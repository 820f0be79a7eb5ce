import type { choose as en } from '../en/choose.ts'
import type { Translated } from '../message.ts'

export const choose: Translated<typeof en> = {
  sentence: {
    write: 'Записать',
    verify: 'Проверить, что',
    to: 'на',
    holds: 'совпадает с',
    noImage: 'образом',
    noDrive: 'накопитель',
    noDrives: 'накопители',
    identify: 'Узнать, какой образ содержит',
    download: 'Скачать',
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
    write: 'Стереть {drive} и записать',
    verify: 'Проверить {drive}',
    identify: 'Узнать, что на {drive}',
    download: 'Скачать {name}',
    blocker: {
      image: 'Выберите образ.',
      drive: {
        write: 'Выберите накопитель для записи.',
        verify: 'Выберите накопитель для проверки.',
        identify: 'Выберите накопитель, чтобы узнать, что на нём.',
      },
      tooMany:
        'За один раз можно записать не больше {most, plural, one {# накопителя} few {# накопителей} many {# накопителей} other {# накопителя}}.',
      refused: '{title}.',
      tooSmall: '{name} слишком мал: образу нужно {size}.',
      sectors: 'С {name} этот образ не запустится: секторы по {size} байт.',
      firstBoot: {
        missing: 'Выберите файл Ignition или запишите систему как есть.',
        checking: 'Проверка файла Ignition…',
        invalid: 'Исправьте файл Ignition: с ним первый запуск машины остановится.',
      },
    },
    useFormat: 'Переключить на «{format}»',
    useIso: 'Переключить на установщик',
    isoFits: 'Установщику и live-системе хватит {size}.',
    isoUnasked: 'Размер установщика и live-системы неизвестен.',
  },

  confirm: {
    title: 'Стереть всё на {drive}?',
    loss: 'Всё, что есть на этом накопителе, будет потеряно.',
    lossSeveral: 'Всё, что есть на этих накопителях, будет потеряно.',
    drive: 'Накопитель',
    device: 'Устройство',
    serial: 'Серийный номер',
    contents: 'Сейчас на нём',
    image: 'Образ',
    precious: 'Похоже, это диск с данными, а не флешка.',
    typeName: 'Чтобы продолжить, введите {name}',
    unprovedTitle: 'Источник образа неизвестен.',
    unproved:
      'У него нет ни подписи, ни хеша. Тот, кто создал или изменил его, получит власть над компьютером, который с него загрузится.',
    acceptUnproved: 'Всё равно записать: я доверяю источнику',
    unrecognizedTitle: 'Это не похоже на образ диска.',
    unrecognized:
      'В нём нет ни таблицы разделов, ни дескриптора ISO, ни известной файловой системы. С такого накопителя компьютер не загрузится.',
    acceptUnrecognized: 'Всё равно записать',
    doubtfulTitle: 'Сервер, возможно, предлагает старый или не тот образ.',
    doubtful: 'Сведения о потоке никем не подписаны: {reason}.',
    acceptDoubtful: 'Всё равно использовать этот образ',
    noLoginTitle: 'Войти в систему будет нельзя.',
    noLogin: {
      published: 'В опубликованной системе нет ни пароля, ни ключа. Чтобы вы могли войти, ей нужен файл Ignition.',
      file: 'Файл Ignition не даёт ни одному пользователю ни ключа SSH, ни пароля.',
    },
    acceptNoLogin: 'Записать без возможности входа',
    readBack: 'Проверить после записи (прочитать каждый байт)',
    eject: 'Извлечь по окончании',
    ejectSeveral: 'Извлекать каждый накопитель по окончании',
    noReadBack: 'Без этого неисправность накопителя останется незамеченной.',
    cancel: 'Отмена',
  },
}
