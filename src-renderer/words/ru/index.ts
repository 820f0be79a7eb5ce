import { app } from './app.ts'
import { choose } from './choose.ts'
import { download } from './download.ts'
import { drives } from './drives.ts'
import { failure } from './failure.ts'
import { firstBoot } from './first-boot.ts'
import { identify } from './identify.ts'
import { image } from './image.ts'
import { job } from './job.ts'
import { restore } from './restore.ts'
import { result } from './result.ts'
import { several } from './several.ts'
import { saving } from './saving.ts'
import { settings } from './settings.ts'
import { statements } from './statements.ts'
import { units } from './units.ts'
import { updates } from './updates.ts'

export const ru = {
  ...app,
  ...choose,
  ...image,
  ...drives,
  ...job,
  ...result,
  ...restore,
  ...saving,
  ...failure,
  ...several,
  ...firstBoot,
  ...identify,
  ...download,
  ...settings,
  ...statements,
  ...units,
  ...updates,
}
