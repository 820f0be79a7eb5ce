import { expect, test } from 'vitest'
import { done, makeDesk, settle } from './fake-core.ts'

test('every format of a platform is offered, those of several files as one', async () => {
  const { choice } = (await makeDesk()).app.download
  expect(choice.shown.map(({ platform, format, files }) => [platform, format, files.length])).toEqual([
    ['metal', 'raw.xz', 1],
    ['metal', 'iso', 1],
    ['metal', '4k.raw.xz', 1],
    ['metal', 'pxe', 3],
    ['qemu', 'qcow2.xz', 1],
  ])
  choice.architecture = null
  expect(choice.shown).toHaveLength(6)
})

test.each([
  ['pxe', ['metal pxe']],
  ['  METAL raw', ['metal raw.xz', 'metal 4k.raw.xz']],
  ['rootfs', ['metal pxe']],
  ['metal qcow2', []],
])('the filter "%s" leaves those that have all its words', async (filter, left) => {
  const { choice } = (await makeDesk()).app.download
  choice.filter = filter
  expect(choice.shown.map(({ platform, format }) => `${platform} ${format}`)).toEqual(left)
})

test('nothing is chosen until somebody chooses, and the filter does not change it', async () => {
  const { choice } = (await makeDesk()).app.download
  expect(choice.source).toBeNull()
  choice.choose('x86_64 metal pxe')
  choice.filter = 'qemu'
  expect(choice.source).toEqual({
    image: {
      kind: 'stream',
      stream: 'stable',
      architecture: 'x86_64',
      platform: 'metal',
      format: 'pxe',
      release: '44.1',
    },
  })
})

test('it starts when files and a folder are chosen, and only what is compressed is decompressed', async () => {
  const { app, calls, tell } = await makeDesk()
  const { download } = app
  expect(download.blocker).toBe('artifact')
  download.choice.choose('x86_64 metal raw.xz')
  expect(download.blocker).toBe('directory')
  download.directory = '/home/me/Downloads'
  download.decompress = true
  download.choice.choose('x86_64 metal pxe')
  expect(download.decompress).toBe(false)
  download.choice.choose('x86_64 metal raw.xz')
  expect(download.blocker).toBeNull()
  download.start()
  await settle()
  expect(calls.at(-1)).toMatchObject({
    name: 'start',
    args: { spec: { job: 'download', directory: '/home/me/Downloads', decompress: true } },
  })
  tell('job 1', done('download'))
  expect(download.state).toBe('done')
  download.putAway()
  expect(download.directory).toBe('/home/me/Downloads')
})
