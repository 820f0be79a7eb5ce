import type { CliWorld } from '../../support/worlds/cli-world.ts'
import { startMirror, type Fault } from '../../support/mirror/mirror.ts'
import type { BadInput } from './bad-input.ts'

async function faulty(world: CliWorld, ...faults: Fault[]) {
  const url = await world.serve('image.raw', world.raw)
  world.mirror.fault(url, ...faults)
  return ['-u', url, '--fetch-retries', '1']
}

async function raw(world: CliWorld, text: string) {
  const path = world.path('stream').split('/').pop()!
  await world.mirror.put(`streams/${path}.json`, text)
  return ['-s', path]
}

const changed = async (world: CliWorld, change: (file: Record<string, unknown>) => void) => [
  '-s',
  await world.publish(({ architectures }) =>
    change(
      architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk'] as unknown as Record<
        string,
        unknown
      >,
    ),
  ),
]

export const badServers: BadInput[] = [
  {
    what: 'an image that answers 404',
    make: (world) => faulty(world, { kind: 'status', status: 404 }),
    ...{ code: 'http-status', exit: 1, state: 'untouched', details: { status: 404 } },
  },
  {
    what: 'an image that answers 500 for ever',
    make: (world) => faulty(world, { kind: 'status', status: 500 }),
    ...{ code: 'http-status', exit: 1, state: 'untouched', details: { status: 500 } },
  },
  {
    what: 'a signature that answers 500 for ever',
    make: async (world) => {
      const [, url] = await faulty(world)
      world.mirror.fault(`${url}.sig`, { kind: 'status', status: 500 })
      return ['-u', url!, '--fetch-retries', '1']
    },
    ...{ code: 'http-status', exit: 1, state: 'untouched', details: { status: 500 } },
  },
  {
    what: 'a body that is always too short',
    make: (world) => faulty(world, { kind: 'no-range' }, { kind: 'short', afterBytes: world.raw.length - 5000 }),
    ...{ code: 'download-short', exit: 1, state: 'cleared' },
  },
  {
    what: 'a connection that always breaks at the same place',
    make: (world) => faulty(world, { kind: 'no-range' }, { kind: 'drop', afterBytes: world.raw.length - 5000 }),
    ...{ code: 'download-short', exit: 1, state: 'cleared' },
  },
  {
    what: 'a web page with status 200',
    make: (world) => faulty(world, { kind: 'html' }),
    asProcess: true,
    ...{ code: 'source-is-html', exit: 1, state: 'untouched' },
  },
  {
    what: 'a web page with status 200 that calls itself an image',
    make: async (world) => ['-u', await world.serve('image.raw', Buffer.from('<!doctype html><title>Log in</title>'))],
    ...{ code: 'source-is-html', exit: 1, state: 'untouched' },
  },
  {
    what: 'a redirect from https to http',
    async make(world) {
      const secure = await startMirror({ https: true })
      const ca = await world.save('ca.pem', Buffer.from(secure.ca!), null)
      const url = await secure.put('image.raw.xz', world.rawXz)
      await secure.put('image.raw.xz.sig', await world.signer.sign(world.rawXz))
      secure.fault(url, { kind: 'redirect', to: world.find('raw.xz').location })
      return { args: ['-u', url], env: { NODE_EXTRA_CA_CERTS: ca }, dispose: () => secure.close() }
    },
    // Node reads additional certificates only at start-up.
    asProcess: true,
    ...{ code: 'redirect-refused', exit: 1, state: 'untouched' },
  },
  {
    what: 'a server that nobody reaches',
    make: async (world) => {
      const gone = await startMirror()
      const url = await gone.put('image.raw', world.raw)
      await gone.close()
      return ['-u', url, '--fetch-retries', '0']
    },
    ...{ code: 'network-unreachable', exit: 1, state: 'untouched' },
  },
  {
    what: 'an image that is replaced while it is read',
    make: async (world) => {
      const url = await world.serve('image.raw', world.raw)
      world.mirror.fault(
        url,
        { kind: 'short', afterBytes: 2 * 1024 * 1024, times: 4 },
        { kind: 'header', name: 'etag', value: '"first"', times: 3 },
      )
      return ['-u', url]
    },
    ...{ code: 'source-changed', exit: 4, state: 'cleared' },
  },
  {
    what: 'a stream that does not exist',
    make: async () => ['-s', 'rawhide'],
    ...{ code: 'stream-unknown', exit: 2, state: 'untouched' },
  },
  {
    what: 'an artifact that the stream does not have',
    make: async () => ['-a', 'vax'],
    ...{ code: 'artifact-unknown', exit: 2, state: 'untouched' },
  },
  {
    what: 'metadata that is no JSON',
    make: (world) => raw(world, '{\n  "stream": "stable",\n  oops\n}'),
    ...{ code: 'metadata-malformed', exit: 1, state: 'untouched', details: { reason: 'not JSON' } },
  },
  {
    what: 'metadata without architectures',
    make: (world) => raw(world, '{"stream": "stable"}'),
    ...{ code: 'metadata-malformed', exit: 1, state: 'untouched', details: { place: 'architectures' } },
  },
  {
    what: 'metadata without a location',
    make: (world) => changed(world, (file) => delete file['location']),
    ...{ code: 'metadata-malformed', exit: 1, state: 'untouched' },
  },
  {
    what: 'metadata with a sha256 that is a number',
    make: (world) => changed(world, (file) => (file['sha256'] = 42)),
    ...{ code: 'metadata-malformed', exit: 1, state: 'untouched' },
  },
  {
    what: 'metadata whose location is no web address',
    make: (world) => changed(world, (file) => (file['location'] = 'file:///etc/passwd')),
    ...{ code: 'metadata-malformed', exit: 1, state: 'untouched' },
  },
]
