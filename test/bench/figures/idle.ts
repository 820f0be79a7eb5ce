import type { Figure } from '../figure.ts'
import { compareWindows, emptyWindow } from '../open-windows.ts'

const taken = 'processor in 10 s'
const onePercent = '1 % of a processor'

/** CPU time of the idle window while it watches the drives. */
export const idle: Figure = (bench) =>
  compareWindows(bench, 'IDLE_WINDOW', [taken], {
    title: 'The idle window, with drives watched',
    baselines: [`${emptyWindow}: ${taken}`, onePercent],
    bounds: () => [{ name: onePercent, time: 0.1 }],
    targets: [{ of: 'time', row: `kindling: ${taken}`, base: onePercent, must: 'below', limit: 1 }],
    notes: [
      'Processor time of all processes of the window, and of what they start, in ten seconds, four seconds after it could be used;',
      'clock ticks are 10 ms.',
    ],
  })
