import type { Figure } from '../figure.ts'
import { compareWindows, emptyWindow } from '../open-windows.ts'

const usable = 'usable'

/** Time from the start of Electron until the window is usable. */
export const window: Figure = (bench) =>
  compareWindows(bench, 'OPEN_WINDOW', ['opened', usable, 'stream offered'], {
    title: "The window's time to interactive",
    baselines: [`${emptyWindow}: ${usable}`],
    targets: [
      { of: 'time', row: `kindling: ${usable}`, base: `${emptyWindow}: ${usable}`, must: 'at most', limit: 1.3 },
    ],
    notes: [
      "Usable: from the start of Electron until a control takes clicks, the choice of a file as the image; the empty window's only button.",
      'Stream offered: until the raw.xz image of a stream on loopback can be chosen. Nothing is kept from an earlier start.',
    ],
  })
