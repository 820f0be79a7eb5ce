import type { units as en } from '../en/units.ts'
import type { Translated } from '../message.ts'

export const units: Translated<typeof en> = {
  units: {
    eta: {
      moment: 'несколько секунд',
      seconds: '{count, plural, one {около # секунды} other {около # секунд}}',
      minute: 'около минуты',
      minutes: '{count, plural, one {около # минуты} other {около # минут}}',
      hour: 'около часа',
      hours: '{count, plural, one {около # часа} other {около # часов}}',
      halfHours: '{count, plural, other {около #½ часа}}',
    },
  },
}
