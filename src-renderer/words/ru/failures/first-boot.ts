import type { FailureText } from '../../failure-text.ts'

/** Failures of setting up the first boot. */
export const failuresOfFirstBoot = {
  'config-hash-differs': {
    title: 'Хеш {source} не совпадает с указанным',
    explanation: 'Это не та конфигурация, чей хеш указан: её изменили, или хеш от другого файла.',
    advice: 'Хеш файла {actual}, указан {expected}. Проверьте, откуда конфигурация.',
  },
  'config-without-login': {
    title: 'В систему, которую создаёт {file}, никто не сможет войти',
    explanation: 'Ни у одного пользователя нет ключа SSH или пароля, и ни одна консоль не входит сама.',
    advice: 'Дайте пользователю ключ SSH. Если входить никто не должен, подтвердите это.',
  },
  'keyfile-refused': {
    title: '{file} — не соединение NetworkManager: {reason}',
    explanation: 'Соединение, которое NetworkManager не может прочитать, он пропускает, и машина остаётся без сети.',
    advice: 'Исправьте файл или уберите его из папки.',
  },
  'first-boot-file-unreadable': {
    title: 'Не удалось прочитать {file}: {reason}',
    explanation: 'Система не дала прочитать файл для первой загрузки.',
    advice: 'Проверьте, что файл существует и что его можно читать.',
  },
  'first-boot-unreadable': {
    title: 'Настройки первой загрузки на {drive} прочитать нельзя: {reason}',
    explanation: 'Они есть только на диске с образом metal Fedora CoreOS.',
    advice: 'Выберите другой диск.',
  },
  'first-boot-unsupported': {
    title: 'Первую загрузку этого образа настроить нельзя: {reason}',
    explanation: 'Kindling меняет только такую загрузочную файловую систему, какую публикует Fedora.',
    advice: 'Запишите образ без настроек первой загрузки или выберите образ metal Fedora CoreOS.',
  },
  'first-boot-no-room': {
    title: 'В загрузочной файловой системе образа нет места для настроек первой загрузки',
    explanation: 'Конфигурация и соединения хранятся в загрузочной файловой системе, а её размер не меняется.',
    advice: 'Уменьшите конфигурацию: большие файлы машина может скачать сама.',
  },
  'first-boot-differs': {
    title: 'Файл {path} на накопителе не такой, каким был записан',
    explanation: 'После записи настроек первой загрузки второй способ чтения их не нашёл.',
    advice: 'Попробуйте другой порт или кабель. Если повторится, сообщите об этом с этими подробностями.',
  },
} satisfies Record<string, FailureText>
