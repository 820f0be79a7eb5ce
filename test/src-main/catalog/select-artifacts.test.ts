import { expect, test } from 'vitest'
import type { Catalog } from '../../../src-shared/artifact.ts'
import { toFailure } from '../../../src-shared/failure.ts'
import { parseStream } from '../../../src-main/catalog/parse-stream.ts'
import { filterArtifacts, selectArtifacts, type Narrowing } from '../../../src-main/catalog/select-artifacts.ts'
import { syntheticCount, syntheticStream } from './synthetic-stream.ts'
import { saying } from '../../support/expect/saying.ts'

const catalog: Catalog = {
  ...parseStream(JSON.stringify(syntheticStream()), 'stable'),
  baseUrl: 'https://mirror.example/',
  isPublic: true,
  seenAt: 0,
  ageSeconds: 0,
  offline: null,
  doubts: [],
}
const metal = { architecture: 'x86_64', platform: 'metal' }

test('a format with one file selects one artifact', () => {
  const selected = selectArtifacts(catalog, { ...metal, format: 'raw.xz' })
  expect(selected.map(({ location }) => location)).toEqual([
    'https://example.org/fedora-coreos-44.20260707.3.1-metal.x86_64.raw.xz',
  ])
})

test('pxe selects its three files, in the order of the file', () =>
  expect(selectArtifacts(catalog, { ...metal, format: 'pxe' }).map(({ name }) => name)).toEqual([
    'kernel',
    'initramfs',
    'rootfs',
  ]))

test('every artifact that is listed can be selected', () => {
  for (const artifact of catalog.artifacts) expect(selectArtifacts(catalog, artifact)).toContainEqual(artifact)
})

test('without narrowing everything is listed', () => expect(filterArtifacts(catalog, {})).toHaveLength(syntheticCount))

test('each level narrows by itself', () => {
  expect(filterArtifacts(catalog, { format: 'raw.xz' }).map(({ architecture }) => architecture)).toEqual([
    'x86_64',
    'ppc64le',
  ])
  expect(filterArtifacts(catalog, { platform: 'metal' })).toHaveLength(7)
  expect(filterArtifacts(catalog, { architecture: 'ppc64le' })).toHaveLength(1)
})

test.each<[Narrowing, string, string[]]>([
  [{ architecture: 'vax', platform: 'nope' }, 'architecture vax', ['x86_64', 'ppc64le']],
  [{ architecture: 'ppc64le', platform: 'aws', format: 'nope' }, 'platform aws for ppc64le', ['metal']],
  [{ ...metal, format: 'zip' }, 'format zip for metal on x86_64', ['4k.raw.xz', 'iso', 'pxe', 'raw.xz']],
  [{ format: 'zip' }, 'format zip', ['vmdk.xz', '4k.raw.xz', 'iso', 'pxe', 'raw.xz']],
  [{ architecture: '__proto__' }, 'architecture __proto__', ['x86_64', 'ppc64le']],
])('%j names the first level that fails and what there is', (narrowing, wanted, available) =>
  expect(() => filterArtifacts(catalog, narrowing)).toThrow(
    expect.objectContaining({
      code: 'artifact-unknown',
      details: { stream: 'stable', wanted: saying(wanted), available },
    }),
  ),
)

test('the failure reads as a sentence', () => {
  try {
    filterArtifacts(catalog, { architecture: 'ppc64le', platform: 'aws' })
    expect.unreachable()
  } catch (error) {
    expect(toFailure(error)).toMatchObject({
      title: 'The stream stable has no platform aws for ppc64le',
      advice: 'It has: metal.',
    })
  }
})
