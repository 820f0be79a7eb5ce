import type { updates as en } from '../en/updates.ts'
import type { Translated } from '../message.ts'

export const updates: Translated<typeof en> = {
  updates: {
    title: 'Обновления',
    label: 'Новые версии Kindling',
    choices: { off: 'Не искать', stable: 'Искать выпуски', beta: 'Искать и предварительные выпуски' },
    hint: 'Через полминуты после запуска и раз в сутки — один запрос, в котором нет ничего о вас. Скачивание и установка — только по вашему слову и не во время задания.',
    notOffered: {
      system: 'Этот пакет обновляет система — или тот, кто его распаковал.',
      portable: 'Переносимая программа себя не заменяет.',
      'no-feed': 'В этой сборке не указано, где искать новые версии.',
      'no-key': 'В этой сборке нет ключа Kindling, поэтому новую версию нечем проверить.',
    },
    idle: 'Поиска ещё не было.',
    looking: 'Поиск…',
    current: 'Это самая новая версия.',
    found: 'Вышла версия Kindling {version}.',
    fetching: 'Скачивается Kindling {version}…',
    ready: 'Kindling {version} скачан и проверен.',
    signed: 'Подписано ключом {key}',
    installing: 'Устанавливается Kindling {version}…',
    waits: 'Идёт задание — обновление подождёт.',
    look: 'Искать сейчас',
    fetch: 'Скачать',
    fetchSize: 'Скачать {size}',
    install: 'Установить и перезапустить',
    ask: 'Можно Kindling искать свои новые версии? Раз в сутки — один запрос, в котором нет ничего о вас.',
    askYes: 'Искать',
    askNo: 'Нет',
  },
}
