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

  sandbox: {
    lost: 'Этот AppImage работает без изоляции Chromium: атака на страницу может добраться до ваших файлов.',
    given: 'Запустите его без параметра, который её отключает.',
    remedy: 'Пакеты deb и rpm её сохраняют.',
    apparmor:
      'AppArmor не даёт ему создавать пространства имён пользователя ({setting}). Установите пакет deb или rpm — с ними изоляция работает — или загрузите профиль AppArmor для этого AppImage.',
    kernel:
      'Система не даёт создавать пространства имён пользователя ({setting}). Установите пакет deb или rpm — с ними изоляция работает — или измените эту настройку.',
    copyProfile: 'Скопировать профиль',
    profileCopied: 'Профиль скопирован. Куда его сохранить, сказано в его первой строке.',
  },

  notices: {
    mirror: 'Вместо серверов Fedora используется зеркало {url}.',
    keyring: 'Доверие также ключам из {file}.',
  },
}
