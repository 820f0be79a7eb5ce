import type { job as en } from '../en/job.ts'
import type { Translated } from '../message.ts'

export const job: Translated<typeof en> = {
  job: {
    states: { write: 'Запись', verify: 'Сравнение', identify: 'Опознание', download: 'Загрузка' },
    to: 'В {directory}.',
    keepPlugged: 'Не отключайте {drive}.',
    path: 'Этапы',
    phases: {
      signature: 'подпись',
      prove: 'проверка',
      prepare: 'подготовка',
      download: 'загрузка',
      save: 'сохранение',
      write: 'запись',
      flush: 'сохранение',
      'read-back': 'чтение',
      finish: 'завершение',
    },
    phasesOf: {
      verify: { 'read-back': 'сравнение', finish: 'итог' },
      identify: { prepare: 'сбор', 'read-back': 'чтение' },
    },
    stages: { fetch: 'загрузка', read: 'чтение', decode: 'распаковка', write: 'запись' },
    now: {
      signature: 'Запрашивается подпись',
      prove: 'Образ проверяется прежде, чем что-либо будет изменено',
      prepare: 'Читается начало образа, затем накопитель очищается',
      download: 'Загрузка',
      save: 'Накопитель сохраняется',
      write: 'Запись',
      flush: 'Накопитель сохраняет записанное',
      'read-back': 'Накопитель читается и сравнивается',
      finish: 'Накопитель делается загрузочным',
    },
    nowOf: {
      verify: { 'read-back': 'Накопитель сравнивается с образом' },
      identify: { prepare: 'Собирается, что опубликовано', 'read-back': 'Накопитель читается' },
      download: { prove: 'Проверяется то, что уже есть' },
    },
    percent: '{phase}, {percent} %',
    starting: 'Начало',
    left: 'осталось {eta}',
    limit: {
      network: 'скорость задаёт сеть',
      source: 'скорость задаёт чтение образа',
      decode: 'скорость задаёт распаковка',
      drive: 'скорость задаёт накопитель',
    },
    /** Legend of the plot: the part whose speed each line shows. */
    lines: { drive: 'накопитель', decode: 'распаковка', network: 'сеть', source: 'файл образа' },
    plot: 'Скорость по времени',
    plotNow: 'Скорость по времени, сейчас: {rates}',
    skipped: 'уже было на месте: {size}',
    proofs: 'Доказательства',
    proofNames: {
      sha256: 'SHA-256',
      signature: 'Подпись OpenPGP',
      'uncompressed-sha256': 'SHA-256 распакованного',
      'read-back': 'Контрольное чтение',
    },
    verdicts: { pending: 'ещё нет', missing: 'не получено' },
    proofAbsent: {
      sha256: 'хеш не указан',
      signature: 'не найдена',
      'uncompressed-sha256': 'не заявлен',
      'read-back': 'отключено по вашему выбору',
    },
    cancel: 'Отмена',
  },

  stop: {
    title: {
      write: 'Остановить запись?',
      verify: 'Остановить сравнение?',
      identify: 'Остановить опознание?',
      download: 'Остановить загрузку?',
    },
    before: 'Накопитель ещё не тронут и останется прежним.',
    during: 'Если накопитель уже очищен, с него нельзя будет загрузиться, пока на него снова не запишут образ.',
    after:
      'То, что было на {drive}, уже потеряно. С него нельзя будет загрузиться, пока на него снова не запишут образ.',
    several:
      'С накопителя, который уже очищен или записан не до конца, нельзя будет загрузиться, пока на него снова не запишут образ. Готовые накопители останутся как есть.',
    verify: 'Сравнение ничего не меняет на накопителе.',
    identify: 'Опознание ничего не меняет на накопителе.',
    download: 'Загруженное хранится до следующей попытки.',
    keep: {
      write: 'Продолжить запись',
      verify: 'Продолжить сравнение',
      identify: 'Продолжить опознание',
      download: 'Продолжить загрузку',
    },
    stop: 'Остановить',
    stopping: 'Остановка…',
  },
}
