import type { updates as en } from '../en/updates.ts'
import type { Translated } from '../message.ts'

export const updates: Translated<typeof en> = {
  updates: {
    title: 'Обновления',
    label: 'Новые версии Kindling',
    choices: { off: 'Выключено', stable: 'Выпуски', beta: 'Выпуски и предварительные' },
    hint: 'Kindling проверяет через полминуты после запуска и раз в сутки. В запросе нет данных о вас. Скачивание и установка — только по вашему выбору и не во время задания.',
    notOffered: {
      system: 'Этот пакет обновляет система. Если вы распаковали его сами, обновите его сами.',
      portable: 'Переносимая программа себя не обновляет.',
      'no-feed': 'В этой сборке не указан сервер обновлений.',
      'no-key': 'В этой сборке нет ключа Kindling, поэтому новую версию нечем проверить.',
    },
    idle: 'Ещё не проверялось.',
    looking: 'Проверка…',
    current: 'Это самая новая версия.',
    found: 'Вышла версия Kindling {version}.',
    fetching: 'Скачивание Kindling {version}…',
    ready: 'Kindling {version} скачан и проверен.',
    signed: 'Подписано ключом {key}',
    installing: 'Установка Kindling {version}…',
    waits: 'Идёт задание — обновление подождёт.',
    look: 'Проверить',
    fetch: 'Скачать',
    fetchSize: 'Скачать {size}',
    install: 'Установить и перезапустить',
    ask: 'Проверять раз в сутки, есть ли новая версия Kindling? В запросе нет данных о вас.',
    later: 'Позже',
    askYes: 'Проверять',
    askNo: 'Нет',
  },
}
