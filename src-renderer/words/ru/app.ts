import type { app as en } from '../en/app.ts'
import type { Translated } from '../message.ts'

export const app: Translated<typeof en> = {
  app: {
    name: 'Kindling',
  },

  modes: {
    label: 'Задания',
    write: 'Запись',
    verify: 'Проверка',
    identify: 'Что на диске',
    download: 'Скачивание',
    restore: 'Очистка',
    save: 'Сохранение',
    key: 'Ctrl+{number}',
    running: 'выполняется,',
    percent: '{percent} %',
    done: 'готово',
    failed: 'сбой',
    stopped: 'остановлено',
    unknown: 'не найдено',
  },

  notices: {
    mirror: 'Вместо серверов Fedora используется зеркало {url}.',
    keyring: 'Доверие также ключам из {file}.',
  },
}
