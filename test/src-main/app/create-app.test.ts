import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApp } from '../../../src-main/app/create-app.ts'
import type { Api, News } from '../../../src-shared/api.ts'
import type { JobEvent, SourceSpec } from '../../../src-shared/job.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

let testPorts: TestPorts
let memory: MemoryDrive
let api: Api
let heard: Extract<News, { news: 'settings' }>[]
beforeEach(async () => {
  testPorts = await makeTestPorts()
  memory = makeMemoryDrive({ size: 8 * mib })
  api = createApp({ ...testPorts.ports, drives: memory.drives })
  heard = []
  api.subscribe((news) => news.news === 'settings' && heard.push(news), ['settings'])
})
afterEach(() => testPorts.dispose())

describe('settings', () => {
  test('that change are told to whoever listens, once', async () => {
    await api.settings({})
    const answer = await api.changeSettings({ changes: { theme: 'dark' } })
    expect(answer).toMatchObject({ ok: true, value: { settings: { theme: 'dark', verify: true }, saved: ['theme'] } })
    expect(heard).toEqual([{ news: 'settings', reading: answer.ok && answer.value }])
    await api.changeSettings({ changes: { theme: 'dark' } })
    await api.settings({})
    expect(heard).toHaveLength(1)
  })

  test('that another program changed are told at the next call', async () => {
    await api.settings({})
    const other = createApp(testPorts.ports)
    await other.changeSettings({ changes: { language: 'ru', streamBaseUrl: 'https://mirror.example/' } })
    expect(heard).toEqual([])
    expect(await api.surroundings({})).toMatchObject({ value: { streamBaseUrl: 'https://mirror.example/' } })
    expect(heard).toMatchObject([{ reading: { settings: { language: 'ru' } } }])
  })

  test('that could not be read are told of as long as the program runs', async () => {
    const first = await api.changeSettings({ changes: { theme: 'dark' } })
    await writeFile(first.ok ? first.value.file : '', '{')
    await api.drives({})
    expect(heard.at(-1)).toMatchObject({
      reading: { settings: { theme: 'system' }, setAside: { reason: expect.stringContaining('JSON') as string } },
    })
    const again = await api.settings({})
    expect(again).toMatchObject({ value: { setAside: { file: expect.stringContaining('settings-') as string } } })
  })
})

describe('a job', () => {
  async function run(source: SourceSpec): Promise<JobEvent> {
    const end = new Promise<JobEvent>((resolve) => {
      api.subscribe(
        (news) =>
          news.news === 'job' && (news.event.event === 'done' || news.event.event === 'failed') && resolve(news.event),
        ['job'],
      )
    })
    await api.start({ spec: { job: 'write', drive: '/dev/memory', source } })
    return end
  }

  test('powers the drive off where the settings say so, and its image is remembered', async () => {
    const path = join(testPorts.ports.paths.state, '../image.raw')
    await writeFile(path, makeRawImage({ size: 4 * mib, seed: 5 }))
    await api.changeSettings({ changes: { whenDone: 'eject', verify: false } })
    expect(await run({ image: { kind: 'file', path }, insecure: true })).toMatchObject({
      event: 'done',
      receipt: { drive: { state: 'written-not-read-back' } },
    })
    expect(memory.operations.map(({ kind }) => kind)).toContain('eject')
    expect(await api.recentImages({})).toMatchObject({ value: [{ image: { kind: 'file', path } }] })
  })
})
