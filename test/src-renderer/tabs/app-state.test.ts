import { expect, test } from 'vitest'
import { AppState, openAppState } from '../../../src-renderer/tabs/app-state.svelte.ts'
import type { News } from '../../../src-shared/api.ts'
import { defaultSettings } from '../../../src-shared/default-settings.ts'
import type { Bridge, Opening } from '../../../src-shared/window-api.ts'
import { catalog } from './fake-core.ts'
import { makeDrive } from '../drive/drives.ts'

const opening: Opening = {
  settings: { settings: defaultSettings, saved: [], environment: {}, file: '', setAside: null },
  surroundings: { version: '1', architecture: 'x86_64', streams: ['stable'], streamBaseUrl: null, keyring: null },
  language: 'en',
  catalog: null,
  downloadsFolder: '/downloads',
  earlierAnswers: [],
  profiles: [],
  driveFiles: [],
  lostSandbox: null,
}

/**
 * Opens an app with a fake host. Returns the calls to the host, and a function that publishes news.
 */
function open(given: Partial<Opening> = {}) {
  const calls: string[] = []
  let tell: (news: News) => void = () => {}
  const call = (async (name: string, args: { path?: string; offline?: boolean }) => {
    calls.push(args.offline ? `${name}, as last seen` : name)
    if (name === 'inspectDrive') return { ok: true, value: makeDrive(args.path!) }
    return new Promise(() => {})
  }) as unknown as Bridge['call']
  const onNews = (listener: typeof tell) => {
    tell = listener
    return () => {}
  }
  const app = openAppState({ call, onNews })
  app.begin({ ...opening, ...given })
  const news = (devices: string[]) => tell({ news: 'drives', drives: devices.map((device) => makeDrive(device)) })
  return { app, calls, news, shown: () => app.drives.all.map(({ identity }) => identity.device) }
}

test('the drives that the host tells of are shown, beside the files that the window was started with', async () => {
  const { news, shown } = open({ driveFiles: ['/images/disk.raw'] })
  await new Promise(setImmediate)
  news(['/dev/sdb'])
  expect(shown()).toEqual(['/dev/sdb', '/images/disk.raw'])
})

test('an app is there before it is told anything, and learns then which machine it is', async () => {
  const app = new AppState((async () => ({ ok: true, value: null })) as unknown as Bridge['call'])
  const architectures = () => [
    app.write.image.architecture,
    app.verify.image.architecture,
    app.download.choice.architecture,
  ]
  expect([app.write.image.source, app.download.choice.source]).toEqual([null, null])
  app.verify.image.chooseArchitecture('aarch64')
  app.download.choice.architecture = null
  app.begin({ ...opening, catalog })
  expect(architectures()).toEqual(['x86_64', 'aarch64', null])
  expect(app.download.directory).toBe('/downloads')
})

test('a folder that was chosen before the app was told anything stays', () => {
  const app = new AppState((async () => ({ ok: true, value: null })) as unknown as Bridge['call'])
  app.download.directory = '/chosen'
  app.begin({ ...opening, catalog })
  expect(app.download.directory).toBe('/chosen')
})

test('a stream that the host knew as it is is not asked for', () => {
  const { app, calls } = open({ catalog })
  expect(app.write.image.catalog.catalog).toBe(catalog)
  expect(calls).toEqual([])
})

test('a stream that was seen last is shown, and asked for as it is', () => {
  const seen = { ...catalog, offline: 'the server was not contacted' }
  const { app, calls } = open({ catalog: seen })
  expect(app.write.image.catalog.catalog).toBe(seen)
  expect(calls).toEqual(['catalog'])
})
