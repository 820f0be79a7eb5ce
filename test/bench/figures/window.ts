import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasGpg } from '../../support/gpg.ts'
import { startCoreosMirror } from '../../support/coreos-mirror.ts'
import { privateDirectories } from '../../support/private-directories.ts'
import type { Contender } from '../comparison.ts'
import { LeftOut, type Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { startDisplay } from '../start-display.ts'

const usable = 'usable'
const peer = 'empty window'

/** From the start of Electron until the window can be worked with. */
export const window: Figure = async function* ({ directory }) {
  const electron = join('/', process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron')
  const missing = findMissing('Xvfb', electron, programs.APP)
  if (missing !== null) throw new LeftOut(`${missing} is missing`)
  if (!hasGpg) throw new LeftOut('gpg is missing, with which the stream is signed')
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
      const contender = (name: string, app: string, control: string): Contender => ({
        name,
        missing: null,
        command: `"$NODE" "$OPEN_WINDOW" "${app}" ${control}`,
        env,
        rows: ['opened', usable],
        phases: (stdout) => JSON.parse(stdout) as Record<string, number>,
        moments: true,
      })
      yield {
        title: "The window's time to interactive",
        baselines: [`${peer}: ${usable}`],
        costs: false,
        contenders: [contender('kindling', '$APP', 'format-raw.xz'), contender(peer, '$EMPTY_APP', 'control')],
        targets: [],
        notes: [
          'From the start of Electron until a control takes clicks: the choice of the raw.xz image, which waits for the metadata of a',
          "stream on loopback; the empty window's only button. Nothing is kept from an earlier start.",
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
