import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { parseStream } from '../../../src-main/catalog/parse-stream.ts'
import { selectArtifacts } from '../../../src-main/catalog/select-artifacts.ts'
import { namedWithShared, sharedFile } from '../../support/run/shared.ts'
import { syntheticCount, syntheticStream } from './synthetic-stream.ts'

const parse = (value: unknown) => parseStream(JSON.stringify(value), 'stable')

/** Returns the synthetic stream with the value at a path replaced; undefined removes it. */
function changed(path: string[], value: unknown): unknown {
  const file: Record<string, unknown> = syntheticStream()
  let place = file
  for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>
  place[path.at(-1)!] = value
  return file
}

const rawXz = ['architectures', 'x86_64', 'artifacts', 'metal', 'formats', 'raw.xz']
const disk = [...rawXz, 'disk']

function failureOf(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (error instanceof KindlingError) return { code: error.code, ...error.details }
    throw error
  }
  throw new Error('it did not fail')
}

test('every artifact is listed once, in the order of the file', () => {
  const { artifacts, lastModified } = parse(syntheticStream())
  expect(lastModified).toBe('2026-07-21T14:07:12Z')
  expect(artifacts).toHaveLength(syntheticCount)
  expect(
    artifacts.map(({ architecture, platform, format, name }) => [architecture, platform, format, name].join(' ')),
  ).toEqual([
    'x86_64 aws vmdk.xz disk',
    'x86_64 metal 4k.raw.xz disk',
    'x86_64 metal iso disk',
    'x86_64 metal pxe kernel',
    'x86_64 metal pxe initramfs',
    'x86_64 metal pxe rootfs',
    'x86_64 metal raw.xz disk',
    'ppc64le metal raw.xz disk',
  ])
  expect(artifacts[2]).toEqual({
    stream: 'stable',
    architecture: 'x86_64',
    platform: 'metal',
    release: '44.20260707.3.1',
    format: 'iso',
    name: 'disk',
    location: 'https://example.org/fedora-coreos-44.20260707.3.1-live-iso.x86_64.iso',
    signature: 'https://example.org/fedora-coreos-44.20260707.3.1-live-iso.x86_64.iso.sig',
    sha256: '0123456789abcdef'.repeat(4),
    uncompressedSha256: null,
  })
})

test('cloud images are passed through as they are', () =>
  expect(parse(syntheticStream()).images).toEqual([
    {
      architecture: 'x86_64',
      platform: 'aws',
      image: { regions: { 'eu-west-1': { release: '44.20260707.3.1', image: 'ami-0af87d15e2e9295cd' } } },
    },
    {
      architecture: 'x86_64',
      platform: 'gcp',
      image: { project: 'fedora-coreos-cloud', family: 'fedora-coreos-stable', name: 'fedora-coreos-44' },
    },
  ]))

test('bytes and text are read alike', () => {
  const text = JSON.stringify(syntheticStream())
  expect(parseStream(Buffer.from(text), 'stable')).toEqual(parseStream(text, 'stable'))
})

test('a stream keeps the name that it was asked for by', () =>
  expect(parseStream(JSON.stringify(syntheticStream()), 'stable-2026-07')).toMatchObject({
    stream: 'stable-2026-07',
    artifacts: expect.arrayContaining([expect.objectContaining({ stream: 'stable-2026-07' })]),
  }))

test.each([
  [['metadata']],
  [['metadata', 'last-modified']],
  [['metadata', 'generator']],
  [['stream']],
  [[...disk, 'signature']],
  [[...disk, 'uncompressed-sha256']],
  [['architectures', 'x86_64', 'images']],
])('%j may be missing, or null', (path) => {
  for (const value of [undefined, null]) expect(parse(changed(path, value)).artifacts).toHaveLength(syntheticCount)
})

test('what is absent is null', () => {
  const { artifacts } = parse(changed(disk, { location: 'http://a.example/b', sha256: 'A'.repeat(64) }))
  expect(artifacts[6]).toMatchObject({ signature: null, uncompressedSha256: null, sha256: 'a'.repeat(64) })
  expect(parse(changed(['metadata'], undefined)).lastModified).toBeNull()
})

test('unknown names and fields pass through', () => {
  const file = { location: 'https://a.example/b', sha256: '0'.repeat(64), size: 5 }
  const { artifacts } = parse({
    colour: ['red'],
    architectures: {
      'loongarch 64': {
        'rhel-coreos-extensions': {},
        artifacts: { toaster: { release: 'tomorrow', note: 1, formats: { 'bread.br': { crust: file } } } },
      },
    },
  })
  expect(artifacts).toMatchObject([
    { architecture: 'loongarch 64', platform: 'toaster', release: 'tomorrow', format: 'bread.br', name: 'crust' },
  ])
})

test('names that mean something to JavaScript are names like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
  for (const name of names) {
    const text = JSON.stringify(syntheticStream())
      .replaceAll('"metal"', `"${name}"`)
      .replaceAll('"ppc64le"', `"${name}"`)
      .replaceAll('"gcp"', `"${name}"`)
      .replaceAll('"disk"', `"${name}"`)
    const { artifacts, images } = parseStream(text, 'stable')
    expect(artifacts).toHaveLength(syntheticCount)
    expect(artifacts.at(-1)).toMatchObject({ architecture: name, platform: name, name })
    expect(images.at(-1)).toMatchObject({ platform: name })
  }
  const polluting =
    '{"__proto__":{"polluted":1},"architectures":{"a":{"artifacts":{},"images":{"b":{"__proto__":{"polluted":1}}}}}}'
  const { images } = parseStream(polluting, 'stable')
  expect(JSON.stringify(images[0]!.image)).toBe('{"__proto__":{"polluted":1}}')
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

const metal = 'architectures.x86_64.artifacts.metal'
test.each<[string[], unknown, string, string]>([
  [['architectures'], undefined, 'architectures', 'missing'],
  [['architectures'], [], 'architectures', 'expected an object'],
  [['architectures', 'x86_64'], null, 'architectures.x86_64', 'expected an object'],
  [['architectures', 'x86_64', 'artifacts'], undefined, 'architectures.x86_64.artifacts', 'missing'],
  [['architectures', 'x86_64', 'artifacts', 'metal', 'formats'], undefined, `${metal}.formats`, 'missing'],
  [['architectures', 'x86_64', 'artifacts', 'metal', 'release'], 44, `${metal}.release`, 'expected text'],
  [rawXz, 'x', `${metal}.formats["raw.xz"]`, 'expected an object'],
  [disk, [], `${metal}.formats["raw.xz"].disk`, 'expected an object'],
  [[...disk, 'sha256'], undefined, `${metal}.formats["raw.xz"].disk.sha256`, 'missing'],
  [
    [...disk, 'sha256'],
    '0'.repeat(63),
    `${metal}.formats["raw.xz"].disk.sha256`,
    'not an SHA-256 (64 hexadecimal digits)',
  ],
  [
    [...disk, 'uncompressed-sha256'],
    'g'.repeat(64),
    `${metal}.formats["raw.xz"].disk["uncompressed-sha256"]`,
    'not an SHA-256 (64 hexadecimal digits)',
  ],
  [[...disk, 'location'], 5, `${metal}.formats["raw.xz"].disk.location`, 'expected text'],
  ...['', 'a/b.raw.xz', '//a.example/b', 'ftp://a.example/b', 'file:///etc/passwd', 'http://', 'https://a b'].map(
    (address): [string[], unknown, string, string] => [
      [...disk, 'location'],
      address,
      `${metal}.formats["raw.xz"].disk.location`,
      address === '' ? 'empty, or with control characters' : 'not an http or https address',
    ],
  ),
  [[...disk, 'signature'], 'b.sig', `${metal}.formats["raw.xz"].disk.signature`, 'not an http or https address'],
  [['metadata'], 'x', 'metadata', 'expected an object'],
  [['metadata', 'last-modified'], 5, 'metadata["last-modified"]', 'expected text'],
  [['architectures', 'x86_64', 'images'], 'x', 'architectures.x86_64.images', 'expected an object'],
  [
    ['architectures', 'a\u001b[2J'],
    { artifacts: {} },
    'architectures["a\\u001b[2J"]',
    'empty, or with control characters',
  ],
])('%j being %j is named', (path, value, place, reason) =>
  expect(failureOf(() => parse(changed(path, value)))).toEqual({ code: 'metadata-malformed', place, reason }),
)

test.each([
  ['', 'not JSON'],
  ['<!DOCTYPE html>\n<p>Log in', 'not JSON'],
  ['{\n  "stream": "stable",\n}', 'not JSON'],
  ['{\n  "stream": "sta', 'not JSON'],
  ['{"a":\u001b[2J}', 'not JSON'],
  ['null', 'expected an object'],
  ['[]', 'expected an object'],
])('the text %j is malformed as a whole: %s', (text, reason) =>
  expect(failureOf(() => parseStream(text, 'stable'))).toEqual({
    code: 'metadata-malformed',
    place: 'the whole file',
    reason,
  }),
)

test('an address of more than 4096 characters is named', () =>
  expect(failureOf(() => parse(changed([...disk, 'location'], `https://a.example/${'b'.repeat(4096)}`)))).toEqual({
    code: 'metadata-malformed',
    place: `${metal}.formats["raw.xz"].disk.location`,
    reason: 'longer than 4096 characters',
  }))

test('a date that is none is named', () =>
  expect(failureOf(() => parse(changed(['metadata', 'last-modified'], 'yesterday')))).toMatchObject({
    place: 'metadata["last-modified"]',
  }))

test('bytes that are not UTF-8 are malformed', () =>
  expect(failureOf(() => parseStream(Uint8Array.of(0x7b, 0xff, 0x7d), 'stable'))).toMatchObject({
    reason: 'not UTF-8 text',
  }))

test('a file larger than 4 MiB, or one that is nested without end, is malformed and exhausts nothing', () => {
  const spaces = ' '.repeat(16 * 1024 * 1024)
  expect(failureOf(() => parseStream(`${spaces}{}`, 'stable'))).toMatchObject({ reason: 'larger than 4194304 bytes' })
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  expect(failureOf(() => parseStream(deep(1_000_000), 'stable'))).toMatchObject({
    place: 'the whole file',
    reason: 'nested deeper than 64 levels',
  })
  expect(
    failureOf(() => parseStream(`{"architectures":{"a":{"artifacts":{},"images":{"b":${deep(40)}}}}}`, 'stable')),
  ).toMatchObject({ place: 'architectures.a.images.b', reason: 'nested deeper than 32 levels' })
})

describe.each([
  ['stable-2021-06-15', { x86_64: 17 }],
  ['stable-2026-07', { aarch64: 15, ppc64le: 9, s390x: 10, x86_64: 26 }],
  ['testing-2026-07', { aarch64: 15, ppc64le: 9, s390x: 10, x86_64: 26 }],
  ['next-2026-07', { aarch64: 15, ppc64le: 9, s390x: 10, x86_64: 26 }],
])('the published %s', (name, counts) => {
  const path = `streams/${name}.json`
  const file = sharedFile(path)

  test.skipIf(file === null)(namedWithShared('lists every artifact and image, and each can be selected', path), () => {
    const text = readFileSync(file!, 'utf8')
    const content = parseStream(text, name)
    const published = JSON.parse(text)

    // An independent list: every location in the text.
    expect(content.artifacts.map(({ location }) => location)).toEqual(
      [...text.matchAll(/"location": "([^"]+)"/g)].map((match) => match[1]),
    )
    expect(countBy(content.artifacts.map(({ architecture }) => architecture))).toEqual(counts)
    for (const { architecture, platform, format, name, release, ...file } of content.artifacts) {
      const inFile = published.architectures[architecture].artifacts[platform]
      expect(release).toBe(inFile.release)
      expect(file).toEqual({
        stream: content.stream,
        location: inFile.formats[format][name].location,
        signature: inFile.formats[format][name].signature,
        sha256: inFile.formats[format][name].sha256,
        uncompressedSha256: inFile.formats[format][name]['uncompressed-sha256'] ?? null,
      })
    }
    for (const { architecture, platform, image } of content.images)
      expect(image).toEqual(published.architectures[architecture].images[platform])
    expect(content.images.map(({ platform }) => platform)).toEqual(expect.arrayContaining(['aws', 'gcp']))
    expect(content.lastModified).toBe(published.metadata['last-modified'])

    const catalog = { ...content, baseUrl: '', isPublic: false, seenAt: 0, ageSeconds: 0, offline: null, doubts: [] }
    for (const artifact of content.artifacts) expect(selectArtifacts(catalog, artifact)).toContainEqual(artifact)
  })
})

function countBy(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
