import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startCoreosMirror } from '../support/mirror/coreos-mirror.ts'
import { hasCommand } from '../support/run/has-command.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import type { Comparison, Contender } from './comparison.ts'
import { LeftOut, type Bench } from './figure.ts'
import { findMissing, programs } from './programs.ts'
import { startDisplay } from './start-display.ts'

/** Name of the window that contains only a button. */
export const emptyWindow = 'empty window'

/**
 * Compares Kindling's window with an empty one. They have their own display and a stream on
 * loopback. State of an earlier start is removed.
 * @param program – one of `programs`; it gets an application's folder and the test ids of controls
 * that show that the window is ready
 * @param rows – points in time or durations in milliseconds that the program prints as JSON
 * @throws LeftOut
 */
export async function* compareWindows(
  { directory }: Bench,
  program: keyof typeof programs,
  rows: string[],
  comparison: Omit<Comparison, 'contenders' | 'costs' | 'prepare'>,
): AsyncGenerator<Comparison, void> {
  const electron = join('/', process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron')
  const missing = findMissing('Xvfb', electron, programs.APP)
  if (missing !== null) throw new LeftOut(`${missing} is missing`)
  if (!hasCommand('gpg')) throw new LeftOut('gpg is missing, with which the stream is signed')
  const home = directory.file('window-home')
  const screen = await startDisplay()
  try {
    const mirror = await startCoreosMirror({ imageSize: 1024 * 1024 })
    try {
      const env = {
        ...programs,
        ...privateDirectories(home),
        DISPLAY: screen.display,
        KINDLING_STREAM_BASE_URL: mirror.baseUrl,
        KINDLING_KEYRING: mirror.keyringFile,
      }
      const contender = (name: string, app: string, controls: string): Contender => ({
        name,
        missing: null,
        command: `"$NODE" "$${program}" "${app}" ${controls}`,
        env,
        rows,
        phases: (stdout) => JSON.parse(stdout) as Record<string, number>,
        moments: true,
      })
      yield {
        ...comparison,
        costs: false,
        contenders: [
          contender('kindling', '$APP', 'image-file format-raw.xz'),
          contender(emptyWindow, '$EMPTY_APP', 'control'),
        ],
        prepare: () => rm(home, { recursive: true, force: true }),
      }
    } finally {
      await mirror.dispose()
    }
  } finally {
    await screen.dispose()
  }
}
