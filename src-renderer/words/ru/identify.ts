import type { identify as en } from '../en/identify.ts'
import type { Translated } from '../message.ts'

export const identify: Translated<typeof en> = {
  identify: {
    comparesWith: 'С чем сравнивается',
    what: 'Kindling один раз читает накопитель и сравнивает его со всеми известными опубликованными образами. Накопитель не меняется.',
    proved: 'Fedora CoreOS {stream} {release}',
    provedOf: '{drive} совпадает с опубликованным образом до последнего байта.',
    provedUnderFirstBoot: '{drive} совпадает с опубликованным образом; кроме того, настроен первый запуск.',
    claimed: 'Называет себя {release}. Первый запуск: настроен',
    cleared: 'Накопитель очищен',
    clearedOf: 'Первый мебибайт {drive} заполнен нулями. С него ничего не загрузится.',
    unproved: 'Не совпадает с опубликованными',
    unknown: 'Неизвестно',
    nothingKnown: 'Kindling не знает ни одного опубликованного образа: {drive} не с чем сравнить.',
    unknownOf: 'Содержимое {drive} не совпало ни с одним из известных образов ({count}).',
    image: 'Образ на накопителе',
    also: 'Те же байты, что у',
    knownFrom: {
      stream: 'совпадает с хешем в потоке',
      cache: 'совпадает с хешем в потоке при последнем чтении',
      receipt: 'совпадает с отчётом этого компьютера',
    },
    cached: 'возможно, прочитано из кеша системы',
    noSignature: 'Подпись не проверялась.',
    says: 'Что нашлось на накопителе',
    found: 'Содержимое',
    compared:
      '{count, plural, one {Сравнивался с # образом} few {Сравнивался с # образами} many {Сравнивался с # образами} other {Сравнивался с # образа}}',
    compareWithFile: 'Сравнить с файлом образа…',
    writeTo: 'Записать на него образ',
    noProof: 'Это не доказательство.',
    anybody: 'Записать это мог кто угодно.',
    hints: {
      cleared: 'Его первый мебибайт заполнен нулями.',
      iso: 'Образ ISO с именем «{volume}».',
      bootEntry: 'Загрузчик предлагает «{title}».',
      partitions: 'Разделы для секторов по {size} байт: {names}.',
      noName: '(без имени)',
      coreos: 'Это разделы Fedora CoreOS.',
      architecture: 'Архитектура: {name}.',
      booted:
        'С него уже запускали машину. Первый запуск меняет таблицу разделов, поэтому он больше не совпадает ни с одним образом.',
      firstBoot: 'Его первый запуск настроен: {files}.',
      release: 'Выпуск {release}.',
      releaseOf: 'Выпуск {release} потока {stream}.',
    },
  },
}
