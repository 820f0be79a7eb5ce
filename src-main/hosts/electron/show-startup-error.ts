import { dialog } from 'electron'
import { reasonOf } from '../../../src-shared/failure.ts'
import { words } from './speech.ts'

/** Shows why the window cannot start. Returns when the user has closed the message. */
export const showStartupError = (error: unknown): void =>
  dialog.showErrorBox(words().cannotStart, String(reasonOf(error)))
