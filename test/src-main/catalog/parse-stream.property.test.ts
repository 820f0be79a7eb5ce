import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { isPlain } from '../../../src-shared/plain.ts'
import { parseStream } from '../../../src-main/catalog/parse-stream.ts'
import { formatJsonPath } from '../../../src-main/catalog/json-path.ts'
import { syntheticStream } from './synthetic-stream.ts'
import { saying } from '../../support/expect/saying.ts'

// Integer-like names are excluded, because JavaScript lists them first, regardless of their order
// in the file.
const name = fc
  .oneof(
    fc.constantFrom('x86_64', 'metal', 'raw.xz', 'disk', '__proto__', 'constructor', 'images', 'formats'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  )
  .filter((text) => text !== '' && isPlain(text) && !/^\d+$/.test(text))
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/)
const address = fc.webUrl({ validSchemes: ['http', 'https'], withQueryParameters: true })
const file = fc.record(
  {
    location: address,
    sha256,
    signature: fc.option(address),
    'uncompressed-sha256': fc.option(sha256),
    size: fc.nat(),
  },
  { requiredKeys: ['location', 'sha256'] },
)
const image = fc.jsonValue({ maxDepth: 5 })

/** Returns entries instead of objects, because an object literal would lose the key `__proto__`. */
const named = <T>(value: fc.Arbitrary<T>) =>
  fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 4 })
const stream = named(
  fc.record({
    artifacts: named(fc.record({ release: name, formats: named(named(file)) })),
    images: fc.option(named(image)),
  }),
)

type ValueOf<A> = A extends fc.Arbitrary<infer V> ? V : never

const objectText = <T>(entries: [string, T][], valueText: (value: T) => string): string =>
  `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${valueText(value)}`).join(',')}}`

const textOf = (architectures: ValueOf<typeof stream>): string =>
  `{"stream":"x","unknown":[1],"architectures":${objectText(
    architectures,
    ({ artifacts, images }) =>
      `{"artifacts":${objectText(
        artifacts,
        ({ release, formats }) =>
          `{"release":${JSON.stringify(release)},"formats":${objectText(formats, (files) =>
            objectText(files, (file) => JSON.stringify(file)),
          )}}`,
      )},"images":${images === null ? null : objectText(images, (image) => JSON.stringify(image))}}`,
  )}}`

test('property: every artifact and image of a well-formed stream is listed once, in order, whatever the names', () =>
  fc.assert(
    fc.property(stream, (architectures) => {
      const expected = architectures.flatMap(([architecture, { artifacts }]) =>
        artifacts.flatMap(([platform, { release, formats }]) =>
          formats.flatMap(([format, files]) =>
            files.map(([name, file]) => ({
              ...{ stream: 'asked', architecture, platform, release, format, name },
              location: file.location,
              signature: file.signature ?? null,
              sha256: file.sha256,
              uncompressedSha256: file['uncompressed-sha256'] ?? null,
            })),
          ),
        ),
      )
      const content = parseStream(textOf(architectures), 'asked')
      expect(content.artifacts).toEqual(expected)
      expect(
        content.images.map(({ architecture, platform, image }) => [architecture, platform, JSON.stringify(image)]),
      ).toEqual(
        architectures.flatMap(([architecture, { images }]) =>
          (images ?? []).map(([platform, image]) => [
            architecture,
            platform,
            JSON.stringify(JSON.parse(JSON.stringify(image))),
          ]),
        ),
      )
    }),
  ))

/** Fails the test on any outcome except a list or metadata-malformed. */
function parseOrRefuse(text: string | Uint8Array): void {
  try {
    parseStream(text, 'stable')
  } catch (error) {
    if (!(error instanceof KindlingError)) throw error
    expect(error.code).toBe('metadata-malformed')
    expect(error.details).toEqual({ place: saying(/./), reason: saying(/./) })
  }
}

test('property: no text, JSON or bytes fail with anything but metadata-malformed', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), parseOrRefuse))
  fc.assert(fc.property(fc.jsonValue(), (value) => parseOrRefuse(JSON.stringify({ architectures: value }))))
  fc.assert(
    fc.property(stream, fc.nat(), fc.nat(20), fc.string({ maxLength: 3 }), (architectures, at, removed, inserted) => {
      const text = textOf(architectures)
      const position = at % text.length
      parseOrRefuse(text.slice(0, position) + inserted + text.slice(position + removed))
    }),
  )
})

/** Every path to a required value in the synthetic stream. */
const requiredPaths = parseStream(JSON.stringify(syntheticStream()), 'stable').artifacts.flatMap((artifact) => {
  const platform = ['architectures', artifact.architecture, 'artifacts', artifact.platform]
  const file = [...platform, 'formats', artifact.format, artifact.name]
  return [
    ...file.map((_, index) => file.slice(0, index + 1)),
    ...[
      [...platform, 'release'],
      [...file, 'location'],
      [...file, 'sha256'],
    ],
  ]
})

test('property: a spot that is broken is the place that is named', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...requiredPaths),
      fc.constantFrom<unknown>(null, false, 7, '', 'broken\n', []),
      (path, broken) => {
        const file: Record<string, unknown> = syntheticStream()
        let parent = file
        for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>
        parent[path.at(-1)!] = broken
        expect(() => parseStream(JSON.stringify(file), 'stable')).toThrow(
          expect.objectContaining({
            code: 'metadata-malformed',
            details: { place: formatJsonPath(path), reason: saying(/./) },
          }),
        )
      },
    ),
  ))
