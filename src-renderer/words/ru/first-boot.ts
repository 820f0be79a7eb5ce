import type { firstBoot as en } from '../en/first-boot.ts'
import type { Translated } from '../message.ts'

export const firstBoot: Translated<typeof en> = {
  boot: {
    title: 'Первый запуск',
    how: 'Настройка первого запуска',
    kinds: { published: 'Как есть', file: 'Файл Ignition' },
    published: 'Войти будет нельзя: в опубликованной системе нет ни пароля, ни ключа.',
    choose: 'Выбрать файл Ignition…',
    chooseOther: 'Выбрать другой…',
    checkAgain: 'Проверить снова',
    dropHere: 'Или перетащите его в окно. До первого запуска его может прочитать любой, у кого есть накопитель.',
    fits: 'Исправная конфигурация версии {version}. До первого запуска её может прочитать любой, у кого есть накопитель.',
    error: 'Ошибка',
    warning: 'Предупреждение',
    place: 'Строка {line}, столбец {column}: ',
  },
}
