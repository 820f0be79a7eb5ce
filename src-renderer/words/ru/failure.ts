import type { failure as en } from '../en/failure.ts'
import type { Translated } from '../message.ts'

export const failure: Translated<typeof en> = {
  failure: {
    states: {
      untouched: 'Ничего не записано',
      cleared: 'Накопитель стёрт, загрузиться нельзя',
      proved: 'Накопитель проверен',
      'written-not-read-back': 'Записано, не проверено',
      unknown: 'Состояние неизвестно',
    },
    drive: {
      untouched: '{name} не изменён. Его можно отключить.',
      cleared: '{name} стёрт, загрузиться с него нельзя. Его можно отключить.',
      proved: '{name} совпадает с образом.',
      'written-not-read-back': 'На {name} записан каждый байт, но обратно он не прочитан.',
      unknown: 'Что сейчас на {name}, сказать нельзя. Не загружайтесь с него — запишите заново.',
    },
    not: { verify: 'Не проверено', identify: 'Узнать не удалось', download: 'Не скачано' },
    differs: 'Накопитель не совпадает с образом',
    verifyDrive: '{name} не изменён. Его можно отключить.',
    download: 'Непроверенный файл под своим именем не сохранён.',
    stopped: 'Остановлено',
    details: 'Подробности',
    code: 'код',
    driveState: 'состояние накопителя',
    noDrive: 'не проверялось',
    firstDifference: 'Первое отличие — байт {bytes} ({size} от начала)',
    differing: 'Всего отличается {size}',
    copy: 'Копировать подробности',
    copied: 'Скопировано',
    log: 'Журнал:',
    again: 'Повторить',
    plugIn: 'Чтобы повторить, снова подключите {name}.',
    back: 'Изменить выбор',
  },
}
