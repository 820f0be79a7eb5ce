import { expect, test } from 'vitest'
import { openDesk } from '../../src-renderer/desk.svelte.ts'
import type { News } from '../../src-shared/api.ts'
import type { Bridge } from '../../src-shared/window-api.ts'
import { makeDrive } from './drive/drives.ts'

const surroundings = { version: '1', architecture: 'x86_64', streams: ['stable'], streamBaseUrl: null, keyring: null }

/** A desk, and what its host may say when. */
async function open() {
  let answerDrives: (answer: unknown) => void = () => {}
  let tell: (news: News) => void = () => {}
  const answers: Record<string, unknown> = {
    surroundings: { ok: true, value: surroundings },
    diskImageFiles: { ok: true, value: [] },
    drives: new Promise((resolve) => (answerDrives = resolve)),
  }
  const call = (async (name: string) => answers[name] ?? new Promise(() => {})) as unknown as Bridge['call']
  const desk = await openDesk(call, (listener) => {
    tell = listener
    return () => {}
  })
  const answer = async (devices: string[]) => {
    answerDrives({ ok: true, value: devices.map((device) => makeDrive(device)) })
    await new Promise(setImmediate)
  }
  const news = (devices: string[]) => tell({ news: 'drives', drives: devices.map((device) => makeDrive(device)) })
  return { answer, news, shown: () => desk.drives.all.map(({ identity }) => identity.device) }
}

test('the drives that were asked for at the start are shown', async () => {
  const { answer, shown } = await open()
  await answer(['/dev/sdb'])
  expect(shown()).toEqual(['/dev/sdb'])
})

test('a drive that was plugged in before the first answer came stays in the list', async () => {
  const { answer, news, shown } = await open()
  news(['/dev/sdb', '/dev/sdc'])
  await answer(['/dev/sdb'])
  expect(shown()).toEqual(['/dev/sdb', '/dev/sdc'])
})
