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
    identify: 'Опознание',
    download: 'Загрузка',
    key: 'Ctrl+{number}',
    running: 'выполняется,',
    percent: '{percent} %',
    done: 'готово',
    failed: 'не удалось',
    stopped: 'остановлено',
    unknown: 'не найдено',
  },

  notices: {
    mirror: 'Потоки читаются с {url}, а не с серверов Fedora.',
    keyring: 'Кроме ключей Fedora, доверенными считаются ключи из {file}.',
  },
}
