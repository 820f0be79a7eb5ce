import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepOlder } from '../../../src-main/catalog/older-releases.ts'
import { parseStream } from '../../../src-main/catalog/parse-stream.ts'
import { findContents, selectAgreed } from '../../../src-main/catalog/select-agreed.ts'
import { streamAddress } from '../../../src-main/catalog/stream-address.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { syntheticStream } from './synthetic-stream.ts'

const address = streamAddress('stable', 'https://example.org/streams/')
const [chosen, later] = ['44.20260707.3.1', '44.20260721.3.0']
const metadata = JSON.stringify(syntheticStream())
const catalogOf = (text: string) => ({
  ...parseStream(text, address.stream),
  ...{ baseUrl: address.baseUrl, seenAt: 0, ageSeconds: 0, offline: null, isPublic: true, doubts: [] },
})

let cache: TemporaryDirectory
beforeEach(async () => {
  cache = await makeTemporaryDirectory()
})
afterEach(() => cache.dispose())

const noNetwork = { http: () => Promise.reject(new Error('nothing is requested')), now: () => 0 }
const select = async (catalog: ReturnType<typeof catalogOf>, wish: Parameters<typeof selectAgreed>[2]) => {
  const ports = { ...noNetwork, paths: { cache: cache.path, config: '', state: '' } }
  const contents = findContents(ports, { ...address, release: wish.release }, catalog)
  return (await selectAgreed(contents, catalog, wish)).artifacts
}

test.each(['x86_64', 'ppc64le'])(
  'the release that was agreed to is that of the architecture %s alone',
  async (architecture) => {
    const wish = { architecture, platform: 'metal', format: 'raw.xz', release: chosen }
    const isOurs = [expect.objectContaining({ architecture, release: chosen })]
    expect(await select(catalogOf(metadata), wish), 'as the stream has it').toEqual(isOurs)
    const seen = { text: metadata, etag: null, lastModified: null, seenAt: 0, isPublic: true }
    await keepOlder(cache.path, address, seen)
    const now = catalogOf(metadata.replaceAll(chosen, later))
    expect(await select(now, wish), 'as it was kept').toEqual(isOurs)
  },
)

test('a release that was kept has its cloud images', async () => {
  await keepOlder(cache.path, address, { text: metadata, etag: null, lastModified: null, seenAt: 0, isPublic: true })
  const ports = { ...noNetwork, paths: { cache: cache.path, config: '', state: '' } }
  const now = catalogOf(metadata.replaceAll(chosen, later))
  const images = []
  for await (const content of findContents(ports, { ...address, release: chosen }, now)) {
    images.push(content.images)
    if (images.length === 2) break
  }
  expect(images).toEqual([now.images, catalogOf(metadata).images])
  expect(images[0]).not.toEqual(images[1])
})
