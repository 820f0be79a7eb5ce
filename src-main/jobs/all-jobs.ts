/**
 * Entry point for lazy loading: all code that reads or writes an image. `createApp` loads it on
 * demand, which keeps most of the program out of the window's start-up.
 */

export { clearCache, listCache } from '../image/cache/list-cache.ts'
export { askSizes } from './ask-sizes.ts'
export { markBusy } from './busy.ts'
export { startJobRun } from './job-run.ts'
export { keepReceipt } from './keep-receipt.ts'
export { previewSource } from './preview-source.ts'
export { runDownload } from './run-download.ts'
export { runIdentify } from './run-identify.ts'
export { runRestore } from './run-restore.ts'
export { runSave } from './run-save.ts'
export { runVerify } from './run-verify.ts'
export { runWrite } from './run-write.ts'
