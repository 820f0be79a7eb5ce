import { join } from 'node:path'
import { hostArchitecture } from '../../../src-main/catalog/host-architecture.ts'
import { makeDiskFiles } from '../../support/drives/disk-files.ts'
import { longStream } from '../../support/images/long-stream.ts'
import { startMirror } from '../../support/mirror/mirror.ts'
import { privateDirectories } from '../../support/programs/private-directories.ts'
import type { Contender } from '../comparison.ts'
import { LeftOut, type Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'
import { startDisplay } from '../start-display.ts'

const lists = { artifacts: '202 artifacts', drives: '50 drives' } as const
const [longest, dropped, key] = ['longest frame', 'dropped frames', 'key to screen']
const frame = 'a frame at 60 Hz'

/** Whether filtering the window's long lists drops frames. */
export const frames: Figure = async function* ({ directory }) {
  const electron = join('/', process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? '', 'electron')
  const missing = findMissing('Xvfb', electron)
  if (missing !== null) throw new LeftOut(`${missing} is missing`)
  const disks = await makeDiskFiles(directory.file('disks'), 50)
  const screen = await startDisplay()
  const mirror = await startMirror()
  try {
    await mirror.put('streams/stable.json', JSON.stringify(longStream(hostArchitecture())))
    const env = {
      ...programs,
      ...privateDirectories(directory.file('frames-home')),
      DISPLAY: screen.display,
      KINDLING_STREAM_BASE_URL: mirror.streamBaseUrl,
    }
    const contender = (list: keyof typeof lists): Contender => ({
      name: lists[list],
      missing: null,
      command: `"$NODE" "$FILTER_FRAMES" "$APP" ${list} ${list === 'drives' ? disks.join(' ') : ''}`,
      env,
      rows: [longest!, dropped!, key!],
      phases: (stdout) => JSON.parse(stdout) as Record<string, number>,
      moments: true,
    })
    yield {
      title: 'Filtering the long lists of the window',
      contenders: [contender('artifacts'), contender('drives')],
      baselines: [frame],
      costs: false,
      bounds: () => [{ name: frame, time: 1 / 60 }],
      // A late frame takes two frame times or more.
      targets: Object.values(lists).map((name) => ({
        of: 'time',
        row: `${name}: ${longest}`,
        base: frame,
        must: 'below',
        limit: 1.5,
      })),
      notes: [
        'Words are typed into the filter and taken back, letter by letter, at 80 ms a key: the longest time between two frames; the time of',
        'all frames that were due and not drawn; from a key to what it shows, in steps of 8 ms. The drives are disk-image files.',
      ],
    }
  } finally {
    await mirror.close()
    await screen.dispose()
  }
}
