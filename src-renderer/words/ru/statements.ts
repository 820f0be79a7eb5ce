import type { statements as en } from '../en/statements.ts'
import type { Translated } from '../message.ts'

export const statements: Translated<typeof en> = {
  statements: {
    sha256: {
      stream: 'SHA-256 файла совпадает с заявленным в метаданных потока.',
      person: 'SHA-256 файла совпадает с указанным вами.',
    },
    signature: {
      named: 'Подпись проверена ключом {signer} ({fingerprint}), подписано {date}',
      nameless: 'Подпись проверена ключом {fingerprint}, подписано {date}',
    },
    'uncompressed-sha256': 'SHA-256 распакованного образа совпадает с заявленным в метаданных потока.',
    'read-back': 'Накопитель вернул каждый байт образа.',
    written: {
      proved: 'Образ на накопителе: после записи прочитан каждый байт.',
      'written-not-read-back': 'Накопителю передан каждый байт; обратно ничего не прочитано.',
    },
    compared: {
      metadata: 'Накопитель совпадает с заявленным в метаданных потока; подпись не проверялась.',
      image: 'Образ на накопителе: сравнён каждый байт.',
    },
    origin: {
      sha256: 'SHA-256 образа совпадает с указанным вами; подпись не проверялась.',
      none: 'Происхождение образа ничем не подтверждено.',
    },
  },

  warnings: {
    'catalog-offline': 'Поток {stream} показан таким, каким был {ago}: {reason}',
    'stream-unasked': 'Поток {stream} не опрошен: {reason}',
    'images-unmeasured':
      '{count, plural, one {# опубликованный образ не проверялся: {reason}} few {# опубликованных образа не проверялись: {reason}} many {# опубликованных образов не проверялись: {reason}} other {# опубликованного образа не проверялись: {reason}}}',
    'script-kept': 'Файл {path} уже был и оставлен как есть.',
    'not-cached': 'Образ не сохранён на следующий раз: {reason}',
    'partial-damaged': 'Загруженная ранее часть образа оказалась повреждена. Она удалена.',
    'cache-damaged': 'Копия в кеше оказалась повреждена. Она удалена, образ загружается заново.',
    'drive-mounted':
      '{drive} смонтирован в {mountpoints}. Смонтированный накопитель может отличаться от своего образа.',
    'read-back-cached': 'Система не читает этот накопитель мимо кеша: прочитанное могло прийти из памяти.',
    'partition-table-not-reread': 'Система не перечитала таблицу разделов: {reason}',
    'drive-not-ejected': 'Питание накопителя не отключено: {reason}',
    'drive-not-closed': 'Накопитель закрыт не так, как следует: {reason}',
    'drive-stalled': 'Накопитель не отвечает уже {seconds} с. Kindling продолжит, когда он ответит.',
    'drive-retried':
      '{operation, select, write {Накопитель не смог записать байт {offset} ({reason}).} other {Накопитель не смог прочитать байт {offset} ({reason}).}} Каждый сбой повторяется до {tries, plural, one {# раза} other {# раз}}.',
  },
}
