import type { several as en } from '../en/several.ts'
import type { Translated } from '../message.ts'

export const several: Translated<typeof en> = {
  several: {
    writing:
      '{count, plural, one {Запись на # накопитель} few {Запись на # накопителя} many {Запись на # накопителей} other {Запись на # накопителя}}',
    keepPlugged: 'Не отключайте накопители, запись на которые не закончена.',
    proved:
      '{count, plural, one {Записан и проверен # накопитель} few {Записаны и проверены # накопителя} many {Записаны и проверены # накопителей} other {Записаны и проверены # накопителя}}',
    written:
      '{count, plural, one {Записан # накопитель} few {Записаны # накопителя} many {Записаны # накопителей} other {Записаны # накопителя}}',
    failed:
      '{count, plural, one {Сбой: {failed} из #} few {Сбой: {failed} из #} many {Сбой: {failed} из #} other {Сбой: {failed} из #}}',
    keepThese: 'Не отключайте {names}.',
    readySoFar: 'Готово: {done} из {count}.',
    oneFailed: 'Сбой: {name}',
    stopped:
      '{count, plural, one {Остановлено: {stopped} из #} few {Остановлено: {stopped} из #} many {Остановлено: {stopped} из #} other {Остановлено: {stopped} из #}}',
    ready:
      '{count, plural, one {Готов # накопитель.} few {Готовы # накопителя.} many {Готовы # накопителей.} other {Готовы # накопителя.}}',
    tryAgain: 'Повторить для {name}',
    noneReady: 'Ни один накопитель не готов.',
    progress: '{drive}: ход работы',
    cancel: 'Отменить все',
    cancelOne: 'Отмена: {drive}',
  },
}
