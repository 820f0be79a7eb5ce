import { app } from './app.ts'
import { choose } from './choose.ts'
import { drives } from './drives.ts'
import { failure } from './failure.ts'
import { image } from './image.ts'
import { job } from './job.ts'
import { result } from './result.ts'
import { settings } from './settings.ts'
import { statements } from './statements.ts'
import { units } from './units.ts'

export const ru = {
  ...app,
  ...choose,
  ...image,
  ...drives,
  ...job,
  ...result,
  ...failure,
  ...settings,
  ...statements,
  ...units,
}
