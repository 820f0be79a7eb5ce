import type { firstBoot as en } from '../en/first-boot.ts'
import type { Translated } from '../message.ts'

export const firstBoot: Translated<typeof en> = {
  boot: {
    title: 'Первый запуск',
    how: 'Настройка первого запуска',
    kinds: { published: 'Как есть', answers: 'Настроить здесь', file: 'Файл Ignition' },
    published: 'Войти будет нельзя: в опубликованной системе нет ни пароля, ни ключа.',
    keys: 'Ключи SSH для входа под именем core',
    chooseKeys: 'Выбрать файл ключа…',
    pasteKey: 'Вставить ключ',
    pastedKey: 'Открытый ключ',
    addKey: 'Добавить ключ',
    removeKey: 'Убрать {name}',
    keyProblems: {
      'private-key': 'Это закрытый ключ. Нужен открытый: имя его файла кончается на .pub.',
      'no-key': 'Это не открытый ключ SSH.',
    },
    hostname: 'Имя узла',
    hostnameHint: 'Если пусто, имя даст сеть.',
    hostnameHintSeveral: 'Если пусто, имя даст сеть. В {pattern} каждый накопитель получит свой номер.',
    hostnameWrong: 'В имени узла бывают буквы, цифры и дефисы.',
    asLastTime: 'Как в прошлый раз: {answers}',
    withKeys:
      '{count, plural, one {ключ SSH {names}} few {ключи SSH {names}} many {ключи SSH {names}} other {ключи SSH {names}}}',
    withHostname: 'имя узла {name}',
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
