import type { firstBoot as en } from '../en/first-boot.ts'
import type { Translated } from '../message.ts'

export const firstBoot: Translated<typeof en> = {
  boot: {
    title: 'Первый запуск',
    how: 'Как система запустится в первый раз',
    kinds: { published: 'Как есть', file: 'Файл Ignition' },
    published: 'Войти не сможет никто: в опубликованной системе нет ни пароля, ни ключа.',
    choose: 'Выбрать файл Ignition…',
    chooseOther: 'Выбрать другой…',
    checkAgain: 'Проверить снова',
    dropHere: 'Или перетащите его в окно. До первого запуска его можно прочитать на накопителе.',
    fits: 'Исправная конфигурация версии {version}. До первого запуска её можно прочитать на накопителе.',
    error: 'Ошибка',
    warning: 'Предупреждение',
    place: 'Строка {line}, столбец {column}: ',
  },
}
