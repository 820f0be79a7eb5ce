import type { Drive } from '../../src-shared/drive.ts'
import { t } from '../words/index.ts'
import { formatBytes } from '../words/units.ts'
import { nameOf } from './name-of.ts'

/** What chosen drives are called in a sentence: one by its name, several by their number. */
export const nameDrives = (drives: Drive[]): string =>
  drives.length === 1 ? nameOf(drives[0]!) : t('drives.count', { count: drives.length })

/** The same, with the size of one. */
export const describeDrives = (drives: Drive[]): string =>
  drives.length === 1
    ? t('sentence.drive', { name: nameOf(drives[0]!), size: formatBytes(drives[0]!.identity.size) })
    : nameDrives(drives)
