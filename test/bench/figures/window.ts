import type { Figure } from '../figure.ts'
import { compareWindows, emptyWindow } from '../open-windows.ts'

const usable = 'usable'

/** From the start of Electron until the window can be worked with. */
export const window: Figure = (bench) =>
  compareWindows(bench, 'OPEN_WINDOW', ['opened', usable], {
    title: "The window's time to interactive",
    baselines: [`${emptyWindow}: ${usable}`],
    targets: [
      { of: 'time', row: `kindling: ${usable}`, base: `${emptyWindow}: ${usable}`, must: 'at most', limit: 1.3 },
    ],
    notes: [
      'From the start of Electron until a control takes clicks: the choice of the raw.xz image, which waits for the metadata of a',
      "stream on loopback; the empty window's only button. Nothing is kept from an earlier start.",
    ],
  })
