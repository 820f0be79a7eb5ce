import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseReleases } from '../../../src-main/catalog/parse-releases.ts'
import { namedWithShared, sharedFile } from '../../support/run/shared.ts'
import { saying } from '../../support/expect/saying.ts'

const at = (version: string) => `https://example.org/${version}/release.json`
const entry = (version: string) => ({ version, metadata: at(version) })
const parse = (value: unknown) => parseReleases(JSON.stringify(value), 'stable')
const versionsOf = (...versions: string[]) =>
  parse({ releases: versions.map(entry) }).releases.map(({ version }) => version)

test('releases are told newest first, with their dates, and without commits', () =>
  expect(
    parse({
      stream: 'stable',
      note: 'For tools.',
      metadata: { 'last-modified': '2026-07-21T14:07:12Z' },
      releases: [{ ...entry('33.20201201.3.0'), commits: [{ architecture: 'x86_64' }] }, entry('44.20260707.3.1')],
      more: [1],
    }),
  ).toEqual({
    stream: 'stable',
    stated: 'stable',
    lastModified: '2026-07-21T14:07:12Z',
    note: 'For tools.',
    releases: [
      { version: '44.20260707.3.1', date: '2026-07-07', location: at('44.20260707.3.1') },
      { version: '33.20201201.3.0', date: '2020-12-01', location: at('33.20201201.3.0') },
    ],
  }))

test('a second build of a day is newer, and versions of another form come last', () => {
  const expected = ['44.20260707.3.10', '44.20260707.3.2', '44.20260706.3.9', 'first', 'second']
  expect(versionsOf('first', '44.20260707.3.2', '44.20260706.3.9', 'second', '44.20260707.3.10')).toEqual(expected)
})

test('a version that is listed twice is told once, with its first metadata', () => {
  const again = { version: '44.20260707.3.1', metadata: at('another') }
  const { releases } = parse({ releases: [entry('44.20260707.3.1'), again, entry('x'), entry('x')] })
  expect(releases.map(({ version, location }) => [version, location])).toEqual([
    ['44.20260707.3.1', at('44.20260707.3.1')],
    ['x', at('x')],
  ])
})

test('a day that is none is no date', () =>
  expect(parse({ releases: [entry('44.20261399.3.1')] }).releases).toMatchObject([{ date: null }]))

test('a note or a name that could deceive is left out, not the releases', () =>
  expect(parse({ stream: 'a\u001b[2J', note: 'a\u202eb', releases: [entry('x')] })).toMatchObject({
    stated: null,
    note: null,
    releases: [{ version: 'x', date: null }],
  }))

test.each([
  ['releases', {}, 'value-missing'],
  ['releases', { releases: {} }, 'expected-list'],
  ['releases[0]', { releases: [1] }, 'expected-object'],
])('the place of what is wrong is named: %s of %j', (_, value, reason) => {
  expect(() => parse(value)).toThrow(
    expect.objectContaining({
      code: 'metadata-malformed',
      details: expect.objectContaining({ reason: saying(words[reason]!) }),
    }),
  )
})

const words: Record<string, string> = {
  'value-missing': 'missing',
  'expected-list': 'expected a list',
  'expected-object': 'expected an object',
}

test.each(['file:///etc/passwd', 'https://user:secret@example.org/release.json', 'release.json'])(
  'metadata at %s are refused',
  (metadata) =>
    expect(() => parse({ releases: [{ version: 'x', metadata }] })).toThrow(
      expect.objectContaining({ code: 'metadata-malformed' }),
    ),
)

const published = 'releases/releases-stable-2021-01.json'

test.skipIf(sharedFile(published) === null)(
  namedWithShared('the index that Fedora published is read', published),
  () => {
    const { releases, stated, note } = parseReleases(readFileSync(sharedFile(published)!), 'stable')
    expect(stated).toBe('stable')
    expect(note).toMatch(/^For use only by Fedora CoreOS internal tooling/)
    expect(releases).toHaveLength(26)
    expect(releases[0]).toMatchObject({ version: '33.20201214.3.1', date: '2020-12-14' })
    expect(releases.at(-1)).toMatchObject({ version: '31.20200108.3.0', date: '2020-01-08' })
    expect(releases.every(({ location, version }) => location.endsWith(`/${version}/release.json`))).toBe(true)
  },
)
