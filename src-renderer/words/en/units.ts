export const units = {
  units: {
    /** Time left, rounded as in speech. */
    eta: {
      moment: 'a few seconds',
      seconds: '{count, plural, one {about # second} other {about # seconds}}',
      minute: 'about a minute',
      minutes: '{count, plural, one {about # minute} other {about # minutes}}',
      hour: 'about an hour',
      hours: '{count, plural, one {about # hour} other {about # hours}}',
      halfHours: '{count, plural, other {about #½ hours}}',
    },
  },
} as const
