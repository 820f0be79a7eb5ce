import { expect, test } from 'vitest'
import { Desk, openDesk } from '../../../src-renderer/app/desk.svelte.ts'
import type { News } from '../../../src-shared/api.ts'
import { defaultSettings } from '../../../src-shared/default-settings.ts'
import type { Bridge, Opening } from '../../../src-shared/window-api.ts'
import { catalog } from '../tabs/fake-core.ts'
import { makeDrive } from '../drive/drives.ts'

const opening: Opening = {
  settings: { settings: defaultSettings, saved: [], environment: {}, file: '', setAside: null },
  surroundings: { version: '1', architecture: 'x86_64', streams: ['stable'], streamBaseUrl: null, keyring: null },
  language: 'en',
  catalog: null,
  downloadsFolder: '/downloads',
  driveFiles: [],
}

/**
 * Opens a desk with a fake host. Returns the calls to the host, and a function that publishes news.
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
  const desk = openDesk({ call, onNews })
  desk.begin({ ...opening, ...given })
  const news = (devices: string[]) => tell({ news: 'drives', drives: devices.map((device) => makeDrive(device)) })
  return { desk, calls, news, shown: () => desk.drives.all.map(({ identity }) => identity.device) }
}

test('the drives that the host tells of are shown, beside the files that the window was started with', async () => {
  const { news, shown } = open({ driveFiles: ['/images/disk.raw'] })
  await new Promise(setImmediate)
  news(['/dev/sdb'])
  expect(shown()).toEqual(['/dev/sdb', '/images/disk.raw'])
})

test('a desk is there before it is told anything, and learns then which machine it is', async () => {
  const desk = new Desk((async () => ({ ok: true, value: null })) as unknown as Bridge['call'])
  const architectures = () => [
    desk.write.image.architecture,
    desk.verify.image.architecture,
    desk.download.choice.architecture,
  ]
  expect([desk.write.image.source, desk.download.choice.source]).toEqual([null, null])
  desk.verify.image.chooseArchitecture('aarch64')
  desk.download.choice.architecture = null
  desk.begin({ ...opening, catalog })
  expect(architectures()).toEqual(['x86_64', 'aarch64', null])
  expect(desk.download.directory).toBe('/downloads')
})

test('a folder that was chosen before the desk was told anything stays', () => {
  const desk = new Desk((async () => ({ ok: true, value: null })) as unknown as Bridge['call'])
  desk.download.directory = '/chosen'
  desk.begin({ ...opening, catalog })
  expect(desk.download.directory).toBe('/chosen')
})

test('a stream that the host knew as it is is not asked for', () => {
  const { desk, calls } = open({ catalog })
  expect(desk.write.image.catalog.catalog).toBe(catalog)
  expect(calls).toEqual([])
})

test('a stream that was seen last is shown, and asked for as it is', () => {
  const seen = { ...catalog, offline: 'the server was not asked' }
  const { desk, calls } = open({ catalog: seen })
  expect(desk.write.image.catalog.catalog).toBe(seen)
  expect(calls).toEqual(['catalog'])
})
