import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseStream } from '../../../../src-main/catalog/parse-stream.ts'
import { requireSaidAsClaimed, requireSignedAsClaimed } from '../../../../src-main/image/proof/claims.ts'
import type { SignatureCheck } from '../../../../src-main/image/proof/signature.ts'
import type { Artifact } from '../../../../src-shared/artifact.ts'
import type { Hint } from '../../../../src-shared/identification.ts'
import { findRelease } from '../../../../src-shared/release-number.ts'
import { namedWithShared, sharedFile } from '../../../support/run/shared.ts'
import { saying } from '../../../support/expect/saying.ts'

const artifact = (change: Partial<Artifact> = {}): Artifact => ({
  ...{ stream: 'stable', architecture: 'x86_64', platform: 'metal', release: '44.20260707.3.1', format: 'raw.xz' },
  ...{ name: 'disk', location: 'https://a.example/x', signature: null, sha256: '', uncompressedSha256: null },
  ...change,
})
const plan = (change: Partial<Artifact> = {}, name = 'image.raw.xz') => ({ artifact: artifact(change), name })
const named = (name: string) => ({ artifact: null, name })
const signature = (fedora: number | null, signedAt = '2026-07-08T10:00:00.000Z') =>
  ({ fedora, signedBy: { signedAt } }) as SignatureCheck
const another = (reason: string) =>
  expect.objectContaining({ code: 'image-is-another', details: { reason: saying(reason) } })

describe('a signature', () => {
  test.each([
    ['of the key, after the day and in the stream that the release names', plan(), 44, '2026-07-07T00:00:00.000Z'],
    ['of a keyring, whatever it is over', plan({ release: '44.20990101.1.0' }), null, '2021-06-01T00:00:00.000Z'],
    ['of a release whose number has another form', plan({ release: 'nightly' }), 34, '2021-06-01T00:00:00.000Z'],
    ['of a file without such a name', named('image.raw.xz'), 34, '2021-06-01T00:00:00.000Z'],
    ['of a developer’s build', named('fedora-coreos-44.20260707.dev.0-metal.x86_64.raw.xz'), 34, '2021-06-01'],
    ['of a release whose stream has no known number', plan({ release: '44.20260707.77.1' }), 44, '2026-07-09'],
    ['of a stream that a mirror named', plan({ stream: 'stable-2026' }), 44, '2026-07-09'],
  ])('%s contradicts nothing', (_, claimed, fedora, signedAt) => {
    requireSignedAsClaimed(claimed, signature(fedora, signedAt))
  })

  test.each([
    ['of the key of another Fedora', plan(), 34, 'it is named 44.20260707.3.1, but signed with the key of Fedora 34'],
    [
      'of the key of another Fedora, for a file',
      named('fedora-coreos-44.20260707.3.1-metal.x86_64.raw.xz'),
      34,
      'it is named 44.20260707.3.1, but signed with the key of Fedora 34',
    ],
    [
      'that is older than the release',
      plan({ release: '44.20260709.3.0' }),
      44,
      'it is named 44.20260709.3.0, but was signed before that, on 2026-07-08',
    ],
    [
      'of a release of another stream',
      plan({ release: '44.20260707.1.1' }),
      44,
      'it is release 44.20260707.1.1 of the stream next, not of stable',
    ],
    [
      'of a file whose name is another release than the metadata say',
      plan({}, 'fedora-coreos-34.20210529.3.0-metal.x86_64.raw.xz'),
      44,
      'it is named 34.20210529.3.0, but signed with the key of Fedora 44',
    ],
  ])('%s is refused', (_, claimed, fedora, reason) => {
    expect(() => requireSignedAsClaimed(claimed, signature(fedora))).toThrow(another(reason))
  })

  test('of a stream that calls itself another is held to that one', () => {
    const claimed = { ...plan({ release: '44.20260707.1.1' }), statedStream: 'next' }
    requireSignedAsClaimed(claimed, signature(44))
    expect(() => requireSignedAsClaimed({ ...plan(), statedStream: 'next' }, signature(44))).toThrow('not of next')
  })
})

const entry = (release: string | null, platform: string | null = null): Hint => ({
  ...{ hint: 'boot-entry', title: 'x', release, stream: release && findRelease(release)!.stream, platform },
})
const iso = (release: string, volumeId = `fedora-coreos-${release}`): Hint => ({
  ...{ hint: 'iso', volumeId, release, stream: null },
})
const partitions = (architecture: string | null): Hint => ({
  ...{
    hint: 'partitions',
    table: 'GPT',
    sectorSize: 512,
    count: 0,
    partitions: [],
    coreos: architecture !== null,
    architecture,
    booted: false,
  },
})

describe('what an image says of itself', () => {
  test.each<[string, Parameters<typeof requireSaidAsClaimed>[0], Hint[]]>([
    ['nothing', plan(), []],
    ['the same', plan(), [partitions('x86_64'), entry('44.20260707.3.1', 'metal'), iso('44.20260707.3.1')]],
    ['partitions of some other system', plan(), [partitions(null)]],
    ['an entry without a number', plan(), [entry(null)]],
    ['something of a file without Fedora’s name', named('x.raw'), [partitions('aarch64'), entry('34.20210529.3.0')]],
    ['a number that the volume’s name cuts off', plan({ release: '44.20260707.91.1000' }), [iso('44.20260707.91.100')]],
    [
      'a release of another stream, where nobody of Fedora signed it',
      plan({ release: 'a' }),
      [entry('44.20260707.1.0')],
    ],
  ])('contradicts nothing: %s', (_, claimed, hints) => requireSaidAsClaimed(claimed, hints, null))

  test.each<[string, Parameters<typeof requireSaidAsClaimed>[0], Hint, string, number?]>([
    ['its boot entry', plan(), entry('34.20210529.3.0'), 'it is release 34.20210529.3.0, not 44.20260707.3.1'],
    ['its volume', plan(), iso('43.20260105.3.1'), 'it is release 43.20260105.3.1, not 44.20260707.3.1'],
    ['its partitions', plan(), partitions('aarch64'), 'it was made for aarch64, not for x86_64'],
    ['the platform of its boot entry', plan(), entry(null, 'vultr'), 'it was made for vultr, not for metal'],
    [
      'its partitions, for a file of Fedora’s name',
      named('fedora-coreos-44.20260707.3.1-metal4k.s390x.raw.xz'),
      partitions('x86_64'),
      'it was made for x86_64, not for s390x',
    ],
    [
      'the stream of its boot entry, where Fedora signed it',
      plan({ release: 'unknown' }),
      entry('44.20260707.1.0'),
      'it is release 44.20260707.1.0 of the stream next, not of stable',
      44,
    ],
  ])('is refused: %s', (_, claimed, hint, reason, fedora) => {
    expect(() => requireSaidAsClaimed(claimed, [hint], fedora ?? null)).toThrow(another(reason))
  })
})

describe('the published streams', () => {
  const files = ['stable-2021-06-15', 'stable-2026-07', 'testing-2026-07', 'next-2026-07']
  const read = (name: string) =>
    parseStream(readFileSync(sharedFile(`streams/${name}.json`)!), name.split('-')[0]!).artifacts
  const nameOf = ({ location }: Artifact) => location.split('/').at(-1)!

  for (const file of files)
    test(namedWithShared(`${file}: every image is the one that it is called`, `streams/${file}.json`), (context) => {
      if (sharedFile(`streams/${file}.json`) === null) context.skip('needs ../shared/streams')
      const artifacts = read(file)
      expect(artifacts.length).toBeGreaterThan(10)
      for (const each of artifacts) {
        const { fedora, date } = findRelease(each.release)!
        const claimed = { artifact: each, name: nameOf(each), statedStream: each.stream }
        requireSignedAsClaimed(claimed, signature(fedora, `${date}T20:00:00.000Z`))
        const says = [partitions(each.architecture), entry(each.release, each.platform), iso(each.release)]
        requireSaidAsClaimed(claimed, says, fedora)
        // The name of the file makes the same claim.
        requireSaidAsClaimed(named(nameOf(each)), says, fedora)
        expect(() => requireSaidAsClaimed(named(nameOf(each)), [partitions('other')], fedora)).toThrow('made for other')
        expect(() => requireSignedAsClaimed(named(nameOf(each)), signature(fedora + 1))).toThrow('the key of Fedora')
      }
    })

  const both = ['streams/stable-2021-06-15.json', 'streams/next-2026-07.json']
  test(namedWithShared('no image of 2021 passes as one of 2026, none of next as stable', ...both), (context) => {
    if (both.some((path) => sharedFile(path) === null)) context.skip('needs ../shared/streams')
    for (const each of read('next-2026-07')) {
      const claimed = { artifact: { ...each, stream: 'stable' }, name: nameOf(each) }
      expect(() => requireSignedAsClaimed(claimed, signature(44, '2026-07-21T00:00:00.000Z'))).toThrow('not of stable')
      expect(() => requireSignedAsClaimed(claimed, signature(34, '2021-06-01T00:00:00.000Z'))).toThrow('Fedora 34')
    }
  })
})
