/** All that reads or writes an image. `createApp` loads it when it is asked for: most of what Kindling is, and nothing that a window shows first. */

export { clearCache, listCache } from '../image/cache/list-cache.ts'
export { markBusy } from './busy.ts'
export { startJobRun } from './job-run.ts'
export { keepReceipt } from './keep-receipt.ts'
export { previewSource } from './preview-source.ts'
export { runDownload } from './run-download.ts'
export { runIdentify } from './run-identify.ts'
export { runVerify } from './run-verify.ts'
export { runWrite } from './run-write.ts'
