import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listRecentImages, rememberImage } from '../../../src-main/settings/recent-images.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let testPorts: TestPorts
let now = 1
beforeEach(async () => {
  testPorts = await makeTestPorts({ now: () => now++ })
})
afterEach(() => testPorts.dispose())

const remember = (image: Parameters<typeof rememberImage>[1]) => rememberImage(testPorts.ports, image)
const images = async () => (await listRecentImages(testPorts.ports)).map(({ image }) => image)
const file = () => join(testPorts.ports.paths.state, 'recent-images.json')

const stream = { kind: 'stream' as const, stream: 'stable', architecture: 'x86_64', platform: 'metal', format: 'iso' }

test('images are remembered, the last one first, each once and a file by its whole path', async () => {
  await remember(stream)
  await remember({ kind: 'file', path: 'image.raw' })
  await remember({ kind: 'url', url: 'https://example.org/image.raw' })
  await remember(stream)
  expect(await images()).toEqual([
    stream,
    { kind: 'url', url: 'https://example.org/image.raw' },
    { kind: 'file', path: resolve('image.raw') },
  ])
  expect((await stat(file())).mode & 0o777).toBe(0o600)
})

test('a stream is remembered whatever its release, and what an earlier version remembered is still known', async () => {
  await remember(stream)
  await remember({ ...stream, release: '44.1' })
  await remember({ ...stream, release: '44.2' })
  expect(await images()).toEqual([stream])
})

test('no more than eight are remembered', async () => {
  for (let number = 0; number < 12; number++) await remember({ kind: 'file', path: `/${number}.raw` })
  expect(await images()).toEqual([11, 10, 9, 8, 7, 6, 5, 4].map((number) => ({ kind: 'file', path: `/${number}.raw` })))
})

test.each([
  'https://user:secret@example.org/image.raw',
  'https://user@example.org/image.raw',
  'https://example.org/image.raw?token=secret',
  'no address',
])('the address %s is not remembered', async (url) => {
  await remember({ kind: 'url', url })
  expect(await images()).toEqual([])
})

test.each(['{', '[{"image": {"kind": "file"}, "usedAt": 1}]', '{"image": 1}', JSON.stringify('x'.repeat(300_000))])(
  'a file that cannot be read (%#) is as good as none, and replaced by the next job',
  async (text) => {
    await mkdir(testPorts.ports.paths.state, { recursive: true })
    await writeFile(file(), text)
    expect(await images()).toEqual([])
    await remember(stream)
    expect(await images()).toEqual([stream])
    expect(JSON.parse(await readFile(file(), 'utf8'))).toHaveLength(1)
  },
)
