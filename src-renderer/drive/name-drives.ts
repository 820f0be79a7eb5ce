import type { Drive } from '../../src-shared/drive.ts'
import { t } from '../words/index.ts'
import { formatBytes } from '../words/units.ts'
import { nameOf } from './name-of.ts'

/**
 * Returns the words for the chosen drives in a sentence: the name of a single drive, or the number
 * of drives.
 */
export const nameDrives = (drives: Drive[]): string =>
  drives.length === 1 ? nameOf(drives[0]!) : t('drives.count', { count: drives.length })

/** Returns the same words, with the size of a single drive. */
export const describeDrives = (drives: Drive[]): string =>
  drives.length === 1
    ? t('sentence.drive', { name: nameOf(drives[0]!), size: formatBytes(drives[0]!.identity.size) })
    : nameDrives(drives)
