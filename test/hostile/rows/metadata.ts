import { readCatalog } from '../../../src-main/catalog/read-catalog.ts'
import type { StreamMetadata } from '../../support/mirror/publish-stream.ts'
import type { HostileWorld } from '../hostile-world.ts'
import type { Tampering } from '../tampering.ts'

let streams = 0

/** Reads a stream whose metadata on the mirror is these bytes. */
async function read(world: HostileWorld, bytes: string | Uint8Array) {
  const stream = `hostile-${++streams}`
  await world.mirror.put(`streams/${stream}.json`, bytes)
  return readCatalog(await world.ports(), { stream, baseUrl: world.baseUrl })
}

type Published = StreamMetadata['architectures'][string]['artifacts'][string]
const changed =
  (change: (metal: Published, metadata: StreamMetadata, architecture: string) => void) =>
  async (world: HostileWorld) => {
    const copy = structuredClone(world.metadata)
    change(copy.architectures[world.architecture]!.artifacts['metal']!, copy, world.architecture)
    return read(world, JSON.stringify(copy))
  }
const disk = (metal: Published) => metal.formats['raw.xz']!['disk']!
const malformed = { code: 'metadata-malformed' as const }

export const metadata: Tampering[] = [
  {
    what: 'of more than 4 MiB',
    meet: (world) => read(world, ' '.repeat(5 * 1024 * 1024)),
    code: 'http-status',
    details: { status: 'more than 4194304 bytes' },
  },
  {
    what: 'nested a million levels deep',
    meet: (world) => read(world, `{"architectures":${'['.repeat(1_000_000)}`),
    ...malformed,
    details: { reason: 'nested deeper than 64 levels' },
  },
  {
    what: 'with a million empty objects',
    meet: (world) => read(world, `{"more":[${'{},'.repeat(1_000_000)}{}]}`),
    ...malformed,
    details: { reason: 'more than 200000 values' },
  },
  {
    what: 'with a cloud image nested deeper than any',
    meet: changed((_metal, { architectures }, architecture) => {
      architectures[architecture]!.images = { aws: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown }
    }),
    ...malformed,
    details: { reason: 'nested deeper than 32 levels' },
  },
  {
    what: 'with a name that is too long',
    meet: changed((metal) => (metal.release = '4'.repeat(201))),
    ...malformed,
    details: { reason: 'longer than 200 characters' },
  },
  {
    what: 'with an address that is too long',
    meet: changed((metal) => (disk(metal).location += 'x'.repeat(5000))),
    ...malformed,
    details: { reason: 'longer than 4096 characters' },
  },
  {
    what: 'with a name that a terminal obeys',
    meet: changed((metal) => (metal.release = '44\u001b[2J')),
    ...malformed,
  },
  {
    what: 'with a name that turns the direction of writing',
    meet: changed((metal) => (metal.formats['\u202ezx.war'] = metal.formats['raw.xz']!)),
    ...malformed,
  },
  {
    what: 'with a name that looks like another',
    meet: changed((_metal, copy, architecture) => {
      copy.architectures[`${architecture}\u200b`] = copy.architectures[architecture]!
    }),
    ...malformed,
  },
  {
    what: 'with half a character in a name',
    meet: (world) => read(world, JSON.stringify(world.metadata).replace(world.release, '\\ud800')),
    ...malformed,
  },
  {
    what: 'with a password in an address',
    meet: changed((metal) => (disk(metal).location = 'https://me:pa55word@example.org/image.raw.xz')),
    ...malformed,
    secret: 'pa55word',
  },
  {
    what: 'with a script for an address',
    meet: changed((metal) => (disk(metal).location = 'javascript:alert(1)')),
    ...malformed,
  },
  {
    what: 'with a signature that is a path',
    meet: changed((metal) => (disk(metal).signature = '/etc/passwd')),
    ...malformed,
  },
  {
    what: 'that is no UTF-8',
    meet: (world) => read(world, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
    ...malformed,
    details: { reason: 'not UTF-8 text' },
  },
  {
    what: 'with zero bytes',
    meet: (world) => read(world, Buffer.alloc(1000)),
    ...malformed,
  },
  {
    what: 'whose names are those of JavaScript’s own properties',
    meet: async (world) => {
      const text = JSON.stringify(world.metadata)
        .replace('"metal":', '"__proto__":')
        .replace('"qemu":', '"constructor":')
      const { artifacts } = await read(world, text)
      const platforms = new Set(artifacts.map(({ platform }) => platform))
      if (!platforms.has('__proto__') || !platforms.has('constructor')) throw new Error([...platforms].join())
    },
    code: null,
  },
]
