import type { job as en } from '../en/job.ts'
import type { Translated } from '../message.ts'

export const job: Translated<typeof en> = {
  job: {
    states: { write: 'Запись', verify: 'Проверка', identify: 'Чтение', download: 'Скачивание' },
    to: 'В {directory}.',
    keepPlugged: 'Не отключайте {drive}.',
    path: 'Этапы',
    phases: {
      signature: 'получение подписи',
      prove: 'проверка образа',
      prepare: 'подготовка',
      download: 'скачивание',
      save: 'сохранение',
      write: 'запись',
      flush: 'сохранение на накопителе',
      'read-back': 'сверка',
      finish: 'сделать загрузочным',
    },
    phasesOf: {
      verify: { 'read-back': 'сравнение', finish: 'итог' },
      identify: { prepare: 'поиск', 'read-back': 'чтение' },
    },
    stages: { fetch: 'скачивание', read: 'чтение', decode: 'распаковка', write: 'запись' },
    now: {
      signature: 'Получение подписи',
      prove: 'Проверка образа, пока накопитель не изменён',
      prepare: 'Чтение начала образа, затем очистка накопителя',
      download: 'Скачивание',
      save: 'Сохранение накопителя в файл',
      write: 'Запись',
      flush: 'Накопитель сохраняет записанное',
      'read-back': 'Чтение накопителя и сверка',
      finish: 'Установка загрузочной записи',
    },
    nowOf: {
      verify: { 'read-back': 'Сравнение накопителя с образом' },
      identify: { prepare: 'Поиск опубликованных образов', 'read-back': 'Чтение накопителя' },
      download: { prove: 'Проверка скачанного ранее' },
    },
    percent: '{phase}, {percent} %',
    starting: 'Начало',
    left: 'осталось {eta}',
    limit: {
      network: 'ограничивает сеть',
      source: 'ограничивает чтение образа',
      decode: 'ограничивает распаковка',
      drive: 'ограничивает накопитель',
    },
    /** Legend of the plot: the part whose speed each line shows. */
    lines: { drive: 'накопитель', decode: 'распаковка', network: 'сеть', source: 'файл образа' },
    plot: 'Скорость по времени',
    plotNow: 'Скорость по времени, сейчас: {rates}',
    skipped: 'без изменений: {size}',
    proofs: 'Доказательства',
    proofNames: {
      sha256: 'SHA-256',
      signature: 'Подпись OpenPGP',
      'uncompressed-sha256': 'SHA-256 распакованного',
      'read-back': 'Контрольное чтение',
    },
    verdicts: { pending: 'ожидается', missing: 'недоступно' },
    proofAbsent: {
      sha256: 'сравнить не с чем',
      signature: 'не найдена',
      'uncompressed-sha256': 'не опубликован',
      'read-back': 'отключено',
    },
    cancel: 'Отмена',
  },

  stop: {
    title: {
      write: 'Остановить запись?',
      verify: 'Остановить проверку?',
      identify: 'Остановить чтение?',
      download: 'Остановить скачивание?',
    },
    before: 'Накопитель ещё не изменён и останется прежним.',
    during: 'Если накопитель уже стёрт, с него нельзя будет загрузиться, пока вы не запишете на него образ.',
    after: '{drive} уже стёрт. С него нельзя будет загрузиться, пока вы не запишете на него образ.',
    several:
      'С накопителя, который стёрт или записан не до конца, нельзя будет загрузиться, пока вы не запишете на него образ. Готовые накопители останутся как есть.',
    verify: 'Проверка не меняет накопитель.',
    identify: 'Чтение не меняет накопитель.',
    download: 'Скачанное хранится до следующей попытки.',
    keep: {
      write: 'Продолжить запись',
      verify: 'Продолжить проверку',
      identify: 'Продолжить чтение',
      download: 'Продолжить скачивание',
    },
    stop: 'Остановить',
    stopping: 'Остановка…',
  },
}
