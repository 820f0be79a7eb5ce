import type { UpdateWindow } from '../../src-shared/simple-answers.ts'

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Reads `DAY[,DAY…]@HH:MM+MINUTES`, such as Sat,Sun@22:30+60; null if it is something else. */
export function parseUpdateWindow(text: string): UpdateWindow | null {
  const [, list, start, length] = /^([A-Za-z,]+)@((?:[01]\d|2[0-3]):[0-5]\d)\+(\d{1,4})$/.exec(text) ?? []
  const days = list?.split(',').map((day) => weekdays.find((each) => each.toLowerCase() === day.toLowerCase()))
  const minutes = Number(length)
  if (!days || days.includes(undefined) || minutes < 1 || minutes > 24 * 60) return null
  return { days: [...new Set(days as string[])], start: start!, minutes }
}

/** Writes the strategy of zincati, which updates Fedora CoreOS (coreos/zincati, docs/usage). */
export const writeUpdateStrategy = ({ days, start, minutes }: UpdateWindow): string =>
  [
    '[updates]',
    'strategy = "periodic"',
    '',
    '[updates.periodic]',
    'time_zone = "localtime"',
    '',
    '[[updates.periodic.window]]',
    `days = [ ${days.map((day) => `"${day}"`).join(', ')} ]`,
    `start_time = "${start}"`,
    `length_minutes = ${minutes}`,
    '',
  ].join('\n')
