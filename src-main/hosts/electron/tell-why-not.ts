import { dialog } from 'electron'
import { reasonOf } from '../../../src-shared/failure.ts'
import { words } from './speech.ts'

/** Says why there will be no window; returns when the person has read it. */
export const tellWhyNot = (error: unknown): void => dialog.showErrorBox(words().cannotStart, reasonOf(error))
