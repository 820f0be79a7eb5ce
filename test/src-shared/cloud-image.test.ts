import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parseStream } from '../../src-main/catalog/parse-stream.ts'
import { factsIn, findDeletedAmis, listFacts, listRegions, nameFact } from '../../src-shared/cloud-image.ts'
import { namedWithShared, sharedFile } from '../support/run/shared.ts'

const namedFacts = (facts: ReturnType<typeof listFacts>) => facts.map(({ path, value }) => [nameFact(path), value])

describe('cloud images', () => {
  test('have the values of a region, and those of every region', () => {
    const facts = listFacts({
      note: 'test',
      regions: { 'eu-west-1': { release: '1', image: 'ami-1' }, ['__proto__']: { image: 'ami-2' }, simple: 'ami-3' },
    })
    expect(listRegions(facts)).toEqual(['eu-west-1', '__proto__', 'simple'])
    const of = (region: string | null) => namedFacts(factsIn(facts, region))
    expect(of(null)).toEqual([['note', 'test']])
    expect(of('eu-west-1').slice(1)).toEqual([
      ['release', '1'],
      ['image', 'ami-1'],
    ])
    expect(of('__proto__').slice(1)).toEqual([['image', 'ami-2']])
    expect(of('simple').slice(1)).toEqual([['', 'ami-3']])
  })

  test.each([
    [{ regions: null }, []],
    [{ regions: [] }, []],
    [{ regions: 'all' }, []],
    [[], []],
    [null, []],
    [{ regions: { a: {} } }, []],
    [7, []],
  ])('may have regions of another form: %j', (image, regions) => expect(listRegions(listFacts(image))).toEqual(regions))

  test('have values that are as they look', () =>
    expect(namedFacts(listFacts({ 'a\u202e': 'ami\u200b-1\n2' }))).toEqual([['a\\u{202e}', 'ami\\u{200b}-1 2']]))
})

describe('AMIs', () => {
  const image = (release: string) => ({ regions: { a: { release, image: 'ami-1' }, b: { release, image: 'ami-2' } } })
  const [built, day] = [Date.parse('2026-07-07'), 86_400]
  const aws = (release: string) => ({ architecture: 'x86_64', platform: 'aws', image: image(release) })
  const release = '44.20260707.3.1'

  test('are deleted 24 months after the day of their release, counted from the answer of the server', () => {
    const at = (days: number, ageSeconds: number) =>
      findDeletedAmis([aws(release)], { seenAt: built + days * day * 1000, ageSeconds })
    expect(at(730, 0)).toEqual([])
    expect(at(730, 1)).toEqual([{ release, ageSeconds: 730 * day + 1 }])
    expect(at(0, 731 * day)).toEqual([{ release, ageSeconds: 731 * day }])
  })

  test('are told by release, and others are not told', () => {
    const late = { seenAt: built + 1000 * day * 1000, ageSeconds: 0 }
    const images = [
      ...[aws(release), aws('43.20260101.3.0'), aws('future'), aws('44.20280707.3.1')],
      { architecture: 'x86_64', platform: 'gcp', image: { release } },
      { architecture: 'x86_64', platform: 'aws', image: 'ami-1' },
    ]
    expect(findDeletedAmis(images, late).map(({ release }) => release)).toEqual([release, '43.20260101.3.0'])
  })
})

for (const [name, regions, clouds] of [
  ['stable-2021-06-15', 21, ['x86_64 aws', 'x86_64 gcp']],
  [
    'stable-2026-07',
    32,
    ['aarch64 aws', 'aarch64 gcp', 's390x kubevirt', 'x86_64 aws', 'x86_64 gcp', 'x86_64 kubevirt'],
  ],
] as const) {
  const file = `streams/${name}.json`
  test.skipIf(sharedFile(file) === null)(namedWithShared(`the cloud images of ${name} are read`, file), async () => {
    const { images, lastModified } = parseStream(await readFile(sharedFile(file)!, 'utf8'), 'stable')
    expect(images.map(({ architecture, platform }) => `${architecture} ${platform}`)).toEqual(clouds)
    const factsOf = (cloud: string) =>
      listFacts(images.find(({ architecture, platform }) => `${architecture} ${platform}` === cloud)!.image)
    const amis = factsOf('x86_64 aws')
    expect(listRegions(amis)).toHaveLength(regions)
    for (const region of listRegions(amis))
      expect(namedFacts(factsIn(amis, region))).toEqual([
        ['release', expect.stringMatching(/^\d\d\.\d{8}\.3\.\d$/)],
        ['image', expect.stringMatching(/^ami-[0-9a-f]{17}$/)],
      ])
    expect(Object.fromEntries(namedFacts(factsOf('x86_64 gcp')))).toMatchObject({ family: 'fedora-coreos-stable' })
    if (clouds.length > 2)
      expect(Object.fromEntries(namedFacts(factsOf('s390x kubevirt')))).toMatchObject({
        'digest-ref': expect.stringMatching(/^quay\.io\/fedora\/fedora-coreos-kubevirt@sha256:[0-9a-f]{64}$/),
      })
    const of = Date.parse(lastModified!)
    expect(findDeletedAmis(images, { seenAt: of, ageSeconds: 0 })).toEqual([])
    expect(findDeletedAmis(images, { seenAt: of, ageSeconds: 731 * 86_400 })).toHaveLength(1)
  })
}
