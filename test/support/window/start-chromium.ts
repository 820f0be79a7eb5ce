import { chromium, type Browser } from 'playwright-core'
import { patience } from '../run/patience.ts'

/** Starts Debian's Chromium without a window. It is newer than the Electron of the tests. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'], timeout: patience })
