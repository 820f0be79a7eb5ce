import type { statements as en } from '../en/statements.ts'
import type { Translated } from '../message.ts'

export const statements: Translated<typeof en> = {
  statements: {
    'sha256-of-stream': 'SHA-256 файла совпадает с заявленным в метаданных потока.',
    'sha256-given': 'SHA-256 файла совпадает с указанным вами.',
    signature: 'Подпись проверена ключом {signer} ({fingerprint}), подписано {date}',
    'signature-nameless': 'Подпись проверена ключом {fingerprint}, подписано {date}',
    'signed-list':
      'SHA-256 образа есть в списке, подпись которого проверена ключом {signer} ({fingerprint}), подписано {date}',
    'signed-list-nameless':
      'SHA-256 образа есть в списке, подпись которого проверена ключом {fingerprint}, подписано {date}',
    'uncompressed-sha256': 'SHA-256 распакованного образа совпадает с заявленным в метаданных потока.',
    'read-back': 'Накопитель вернул каждый байт образа.',
    proved: 'Образ на накопителе: после записи прочитан каждый байт.',
    'written-not-read-back': 'Накопителю передан каждый байт; обратно ничего не прочитано.',
    'metadata-compared': 'Накопитель совпадает с заявленным в метаданных потока; подпись не проверялась.',
    'image-compared': 'Образ на накопителе: сравнён каждый байт.',
    'sha256-alone': 'SHA-256 образа совпадает с указанным вами; подпись не проверялась.',
    'no-origin': 'Происхождение образа ничем не подтверждено.',
  },

  warnings: {
    'catalog-offline': 'Поток {stream} показан таким, каким был {ago}: {reason}',
    'stream-doubtful': 'Поток под сомнением: {reason}',
    'stream-unasked': 'Поток {stream} не опрошен: {reason}',
    'images-unmeasured':
      'Размер {count, plural, one {# опубликованного образа} few {# опубликованных образов} many {# опубликованных образов} other {# опубликованного образа}} неизвестен, его конец ищется лишь там, где на него указывает сам накопитель: {reason}',
    'image-unrecognized':
      'Образ не похож на образ диска: нет ни таблицы разделов, ни дескриптора ISO, ни известной файловой системы.',
    'server-silent': '{host} молчит уже {seconds} с. Запрос повторяется (попытка {attempt}).',
    'server-busy': '{host} перегружен. Запрос повторится через {seconds} с, как он просит (попытка {attempt}).',
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
      '{operation, select, write {Накопитель не смог записать байт {offset} ({reason}).} other {Накопитель не смог прочитать байт {offset} ({reason}).}} После каждого сбоя попытка повторяется до {tries, plural, one {# раза} other {# раз}}.',
  },
}
