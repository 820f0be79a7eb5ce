import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRelease } from '../../../src-main/catalog/parse-release.ts'
import { saying } from '../../support/expect/saying.ts'
import { namedWithShared, sharedFile } from '../../support/run/shared.ts'

const release = '33.20201201.3.0'
const disk = { location: 'https://example.org/a.raw.xz', sha256: 'a'.repeat(64) }
const metal = { artifacts: { 'raw.xz': { disk } } }
const parse = (value: unknown) => parseRelease(JSON.stringify(value), { stream: 'stable', release })
const withMedia = (media: unknown) => parse({ release, architectures: { x86_64: { media } } })

test('a release has the form of a stream, with one release for all platforms', () => {
  const signed = { ...disk, signature: `${disk.location}.sig`, 'uncompressed-sha256': 'B'.repeat(64) }
  expect(
    parse({
      release,
      stream: 'stable',
      metadata: { 'last-modified': '2020-12-15T16:00:00Z' },
      architectures: {
        x86_64: { commit: 'c', media: { metal: { artifacts: { 'raw.xz': { disk: signed } } } } },
        vax: { media: { qemu: { artifacts: { iso: { disk } } } } },
      },
    }),
  ).toEqual({
    stream: 'stable',
    stated: 'stable',
    lastModified: '2020-12-15T16:00:00Z',
    artifacts: [
      {
        ...{ stream: 'stable', architecture: 'x86_64', platform: 'metal', release, format: 'raw.xz', name: 'disk' },
        ...{ location: disk.location, signature: signed.signature, sha256: disk.sha256 },
        uncompressedSha256: 'b'.repeat(64),
      },
      {
        ...{ stream: 'stable', architecture: 'vax', platform: 'qemu', release, format: 'iso', name: 'disk' },
        ...{ location: disk.location, signature: null, sha256: disk.sha256, uncompressedSha256: null },
      },
    ],
    images: [],
  })
})

test('cloud images have the form that streams give them, and may be all that a platform has', () =>
  expect(
    withMedia({
      aws: { images: { 'us-east-1': { image: 'ami-1' }, ['__proto__']: { image: 'ami-2' } } },
      gcp: { ...metal, image: { project: 'p', name: 'n' } },
      odd: { image: 'text' },
      empty: {},
    }),
  ).toMatchObject({
    artifacts: [{ platform: 'gcp' }],
    images: [
      { platform: 'aws', image: { regions: { 'us-east-1': { release, image: 'ami-1' } } } },
      { platform: 'gcp', image: { release, project: 'p', name: 'n' } },
      { platform: 'odd', image: 'text' },
    ],
  }))

test.each([
  ['release', { architectures: {} }, 'missing'],
  ['architectures', { release }, 'missing'],
  ['release', { release: '44.20260707.3.1', architectures: {} }, `it is release 44.20260707.3.1, not ${release}`],
  ['architectures.a.media', { release, architectures: { a: {} } }, 'missing'],
  [
    'architectures.a.media.metal.artifacts["raw.xz"].disk.sha256',
    {
      release,
      architectures: { a: { media: { metal: { artifacts: { 'raw.xz': { disk: { ...disk, sha256: 'x' } } } } } } },
    },
    'not an SHA-256',
  ],
])('the place of what is wrong is named: %s', (place, value, reason) =>
  expect(() => parse(value)).toThrow(
    expect.objectContaining({
      code: 'metadata-malformed',
      details: { place, reason: saying(reason) },
    }),
  ),
)

const published = `releases/release-${release}.json`

test.skipIf(sharedFile(published) === null)(
  namedWithShared('a release that Fedora published lists every file, and its cloud images', published),
  () => {
    const text = readFileSync(sharedFile(published)!, 'utf8')
    const { stated, artifacts, images } = parseRelease(text, { stream: 'stable', release })
    expect(stated).toBe('stable')
    expect(artifacts.map(({ location }) => location)).toEqual(
      [...text.matchAll(/"location": "([^"]+)"/g)].map((match) => match[1]),
    )
    expect(artifacts.every((each) => each.release === release && each.uncompressedSha256 === null)).toBe(true)
    expect(images.map(({ platform }) => platform)).toEqual(['aws', 'gcp', 'kubevirt'])
    expect(images[0]!.image).toMatchObject({ regions: { 'us-east-1': { release, image: 'ami-037a0ba6d14ca2e05' } } })
  },
)
