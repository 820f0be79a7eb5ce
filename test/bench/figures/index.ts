import type { Figure } from '../figure.ts'
import { decode } from './decode.ts'
import { download } from './download.ts'
import { firstByte } from './first-byte.ts'
import { frames } from './frames.ts'
import { helper } from './helper.ts'
import { idle } from './idle.ts'
import { limitedDrive } from './limited-drive.ts'
import { longZeros } from './long-zeros.ts'
import { readBack } from './read-back.ts'
import { wholeWrite } from './whole-write.ts'
import { window } from './window.ts'

/** All figures in the order of measurement. The longest one is last. */
export const figures = {
  decode,
  'read-back': readBack,
  download,
  'limited-drive': limitedDrive,
  'long-zeros': longZeros,
  'first-byte': firstByte,
  helper,
  window,
  idle,
  frames,
  write: wholeWrite,
} satisfies Record<string, Figure>

export type FigureName = keyof typeof figures
