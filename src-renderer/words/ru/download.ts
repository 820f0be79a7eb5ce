import type { download as en } from '../en/download.ts'
import type { Translated } from '../message.ts'

export const download: Translated<typeof en> = {
  download: {
    files: 'Файлы',
    filter: 'Найти платформу и формат',
    left: '{count, plural, one {# формат} few {# формата} many {# форматов} other {# формата}}',
    none: 'Нет формата, в котором есть все эти слова.',
    count: '{count, plural, one {# файл} few {# файла} many {# файлов} other {# файла}}',
    everyArchitecture: 'все архитектуры',
    folder: 'Папка',
    noFolder: 'не выбрана',
    chooseFolder: 'Выбрать…',
    decompress: 'Распаковать',
    decompressHint: 'Сохраняется образ в том виде, какой он имеет на накопителе, а не сжатый файл.',
    together: 'Эти файлы нужны вместе: {names}.',
    blocker: { artifact: 'Выберите, что загрузить.', directory: 'Выберите папку.' },
  },
}
