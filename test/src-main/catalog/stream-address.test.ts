import { expect, test } from 'vitest'
import { defaultBaseUrl, knownStreams } from '../../../src-main/catalog/known-streams.ts'
import { releasesAddress, streamAddress } from '../../../src-main/catalog/stream-address.ts'

test('the known streams are where Fedora publishes them', () =>
  expect(knownStreams.map((stream) => streamAddress(stream, defaultBaseUrl).url)).toEqual([
    'https://builds.coreos.fedoraproject.org/streams/stable.json',
    'https://builds.coreos.fedoraproject.org/streams/testing.json',
    'https://builds.coreos.fedoraproject.org/streams/next.json',
  ]))

test('a base without its last slash, in another spelling, is the same base', () =>
  expect(streamAddress('stable', 'HTTP://Mirror.Example:80/fcos')).toEqual(
    streamAddress('stable', 'http://mirror.example/fcos/'),
  ))

test('any other name is asked for as it is, encoded', () =>
  expect(streamAddress('my stream?#1%', 'http://mirror.example').url).toBe(
    'http://mirror.example/my%20stream%3F%231%25.json',
  ))

test.each(['', 'a/b', 'a\\b', '..', '../secret', 'a\nb', 'a\u001b[2J', '\ud800', 'x'.repeat(101)])(
  'the stream name %j is refused',
  (name) => expect(() => streamAddress(name, defaultBaseUrl)).toThrow(expect.objectContaining({ code: 'usage' })),
)

test.each([
  '',
  'mirror.example',
  'file:///streams/',
  'ftp://mirror.example/',
  'https://a.example/?b=',
  'https://a.example/#b',
])('the base %j is refused', (base) =>
  expect(() => streamAddress('stable', base)).toThrow(expect.objectContaining({ code: 'usage' })),
)

test('the releases of a stream are beside the streams, of Fedora and of a mirror', () => {
  expect(releasesAddress('stable', defaultBaseUrl).url).toBe(
    'https://builds.coreos.fedoraproject.org/prod/streams/stable/releases.json',
  )
  expect(releasesAddress('my stream', 'http://mirror.example/fcos/streams').url).toBe(
    'http://mirror.example/fcos/prod/streams/my%20stream/releases.json',
  )
  expect(() => releasesAddress('..', defaultBaseUrl)).toThrow(expect.objectContaining({ code: 'usage' }))
})
