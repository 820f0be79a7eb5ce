import type { download as en } from '../en/download.ts'
import type { Translated } from '../message.ts'

export const download: Translated<typeof en> = {
  download: {
    files: 'Файлы',
    filter: 'Найти платформу и формат',
    left: '{count, plural, one {# формат} few {# формата} many {# форматов} other {# формата}}',
    none: 'Ни один формат не подходит.',
    count: '{count, plural, one {# файл} few {# файла} many {# файлов} other {# файла}}',
    everyArchitecture: 'все архитектуры',
    folder: 'Папка',
    noFolder: 'не выбрана',
    chooseFolder: 'Выбрать…',
    decompress: 'Распаковать',
    decompressHint: 'Вместо сжатого файла сохраняется образ, каким он будет на накопителе.',
    together: 'Эти файлы нужны вместе: {names}.',
    blocker: { artifact: 'Выберите, что скачать.', directory: 'Выберите папку.' },
  },
  clouds: {
    title: 'Образы в облаках',
    hint: 'Эти образы уже есть в облаках: машину можно запустить прямо из них, ничего не скачивая.',
    cloud: 'Облако',
    region: 'Регион',
    choose: 'Выбрать…',
    copy: 'Скопировать',
    copied: 'Скопировано',
    facts: {
      release: 'Выпуск',
      image: 'Образ',
      project: 'Проект',
      family: 'Семейство образов',
      name: 'Имя образа',
      'digest-ref': 'Образ по дайджесту',
    },
  },
}
