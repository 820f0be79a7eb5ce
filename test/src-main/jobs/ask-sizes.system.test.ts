import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp } from '../../../src-main/app/create-app.ts'
import { startCoreosMirror, type CoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

let coreos: CoreosMirror
let testPorts: TestPorts
beforeAll(async () => {
  coreos = await startCoreosMirror({ imageSize: 2 * 1024 * 1024 })
  testPorts = await makeTestPorts({
    environment: { streamBaseUrl: coreos.baseUrl, keyring: null, cacheLimit: null },
  })
})
afterAll(async () => {
  await testPorts.dispose()
  await coreos.dispose()
})

const sizesOf = async (platform: string) => {
  // Another program: what it knows comes from the cache.
  const answer = await createApp(testPorts.ports).sizes({
    ...{ stream: 'stable', release: coreos.release, architecture: coreos.architecture, platform },
  })
  if (!answer.ok) throw new Error(answer.failure.title)
  return answer.value.map(({ size }) => size).toSorted((a, b) => a - b)
}
const files = () => coreos.mirror.requests.filter(({ path }) => !path.endsWith('.json'))

test('the server is asked once for the size of each file, and what it does not tell is asked again', async () => {
  await createApp(testPorts.ports).catalog({ stream: 'stable' })
  const iso = coreos.find('iso')
  const all = [
    coreos.rawXz,
    coreos.raw4kXz,
    iso.content,
    ...['kernel', 'initramfs', 'rootfs'].map((name) => coreos.find('pxe', name).content),
  ]
    .map(({ length }) => length)
    .toSorted((a, b) => a - b)
  coreos.mirror.fault(new URL(iso.location).pathname, { kind: 'status', status: 503 })
  const requests = coreos.mirror.requests.length
  expect(await sizesOf('metal')).toEqual(all.toSpliced(all.indexOf(iso.content.length), 1))
  // Nothing else is asked for: neither the stream nor a signature.
  expect(coreos.mirror.requests.length - requests).toBe(6)
  coreos.mirror.clearFaults()
  expect(await sizesOf('metal')).toEqual(all)
  expect(files()).toHaveLength(7)
  expect(await sizesOf('metal')).toEqual(all)
  expect(files()).toHaveLength(7)
})

test('a platform that the stream does not have is no reason to ask', async () => {
  expect(await sizesOf('toaster')).toEqual([])
  expect(files()).toHaveLength(7)
})
