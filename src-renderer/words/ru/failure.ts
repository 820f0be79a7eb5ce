import type { failure as en } from '../en/failure.ts'
import type { Translated } from '../message.ts'

export const failure: Translated<typeof en> = {
  failure: {
    states: {
      untouched: 'Ничего не записано',
      cleared: 'С накопителя не загрузиться',
      proved: 'Накопитель проверен',
      'written-not-read-back': 'Записано, не проверено',
      unknown: 'Состояние неизвестно',
    },
    drive: {
      untouched: '{name} остался прежним. Его можно отключить.',
      cleared: 'То, что было на {name}, потеряно, и загрузиться с него нельзя. Его можно отключить.',
      proved: '{name} содержит образ: прочитано и сравнено.',
      'written-not-read-back': '{name} получил каждый байт; ничего не прочитано обратно.',
      unknown: 'Что сейчас на {name}, сказать нельзя. Не загружайтесь с него — запишите заново.',
    },
    not: { verify: 'Не проверено', identify: 'Не опознано', download: 'Не загружено' },
    differs: 'Отличается',
    verifyDrive: 'На {name} ничего не изменилось. Его можно отключить.',
    download: 'Непроверенный файл под своим именем не остался.',
    stopped: 'Остановлено',
    details: 'Подробности',
    code: 'код',
    driveState: 'состояние накопителя',
    noDrive: 'не определялось',
    firstDifference: 'Первое отличие — байт {bytes} ({size} от начала)',
    differing: 'Всего отличается {size}',
    copy: 'Копировать подробности',
    copied: 'Скопировано',
    log: 'Журнал:',
    again: 'Повторить',
    plugIn: 'Чтобы повторить, снова подключите {name}.',
    back: 'Вернуться к выбору',
  },
}
