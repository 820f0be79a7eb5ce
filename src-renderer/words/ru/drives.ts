import type { drives as en } from '../en/drives.ts'
import type { Translated } from '../message.ts'

export const drives: Translated<typeof en> = {
  drives: {
    title: 'Накопители',
    list: 'Накопители на выбор',
    none: 'Нет подходящего накопителя.',
    noneHint: 'Подключите его — он появится здесь сам.',
    looking: 'Поиск накопителей…',
    diskImage: 'Файл образа диска…',
    diskImageFile: 'файл образа диска',
    empty: 'нет файловой системы',
    moreContents:
      '{count, plural, one {и ещё # раздел} few {и ещё # раздела} many {и ещё # разделов} other {и ещё # раздела}}',
    label: '«{label}»',
    mounted: 'смонтирован в {places}',
    sectors: 'секторы\u00a04K',
    sectorsOfFile: 'Секторы диска, которым станет файл',
    sectorSize: 'по {size} байт',
    precious: 'похоже, диск с данными',
    tooSmall: 'Слишком мал: образу нужно {size}',
    hidden:
      '{count, plural, one {# накопитель скрыт: {reasons}} few {# накопителя скрыты: {reasons}} many {# накопителей скрыто: {reasons}} other {# накопителя скрыто: {reasons}}}',
    reasons: {
      'drive-system': 'системный',
      'drive-read-only': 'защищён от записи',
      'drive-file-protected': 'нет права на запись',
      'drive-too-small': 'слишком мал',
      'drive-busy': 'занят',
      'drive-holds-source': 'на нём лежит образ',
    },
    otherReason: 'непригоден',
    gone: '{name} отключён.',
    unplugged: 'Отключён',
    canUnplug:
      '{count, plural, one {Накопитель можно отключить.} few {Их можно отключить.} many {Их можно отключить.} other {Их можно отключить.}}',
    fileGone: 'Файл не найден',
    filesGone: 'Не найдено: {name}.',
    goneSeveral: '{name} отключены.',
    several: 'Выбрать несколько',
    count: '{count, plural, one {# накопитель} few {# накопителя} many {# накопителей} other {# накопителя}}',
    filter: 'Найти накопитель',
    left: '{shown} из {count}',
    usedBy: {
      write: 'записывается',
      verify: 'проверяется',
      identify: 'читается',
      download: 'занят',
      restore: 'записывается',
      save: 'сохраняется',
    },
    used: {
      write: 'На него идёт запись: см. «Запись».',
      verify: 'Он проверяется: см. «Проверка».',
      identify: 'Он читается: см. «Что на диске».',
      download: 'Он занят: см. «Скачивание».',
      restore: 'Он записывается: см. «Очистка».',
      save: 'Он сохраняется: см. «Сохранение».',
    },
  },
}
