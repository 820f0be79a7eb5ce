import { xz } from '../../support/images/compress.ts'
import type { CliWorld } from '../../support/worlds/cli-world.ts'
import { buildBlock, buildStream, lzma2, type BlockParts, type XzRecordOf } from '../../support/images/xz-framing.ts'
import type { BadInput } from './bad-input.ts'
import { mib } from '../../support/files/mib.ts'

// Every image here has a valid signature: the publisher signed false metadata.
const file = async (world: CliWorld, bytes: Buffer) => ['--image-file', await world.save('lie.raw.xz', bytes)]
const url = async (world: CliWorld, bytes: Buffer) => ['-u', await world.serve('lie.raw.xz', bytes)]

/**
 * Builds two valid blocks with a modified block between them.
 * @param record – the index entry of the modified block
 */
async function lyingXz(world: CliWorld, parts: Partial<BlockParts>, record: Partial<XzRecordOf> = {}) {
  const third = Math.floor(world.raw.length / 3)
  const [first, second, last] = await Promise.all([
    buildBlock({ raw: world.raw.subarray(0, third) }),
    buildBlock({ raw: world.raw.subarray(third, 2 * third), ...parts }),
    buildBlock({ raw: world.raw.subarray(2 * third) }),
  ])
  const records = [first.record, { ...second.record, ...record }, last.record]
  return buildStream({ blocks: [first, second, last], records }).bytes
}

/** Builds a file that decodes to 8 GiB. Neither its block nor its index states that size. */
async function bomb(): Promise<Buffer> {
  const raw = Buffer.alloc(2 * mib, 0xaa)
  raw.write('\x55\xaa', 510, 'latin1')
  const one = await lzma2(raw)
  const data = Buffer.concat([...Array<Buffer>(4096).fill(one.subarray(0, -1)), one.subarray(-1)])
  const block = await buildBlock({ raw: Buffer.alloc(2 * mib), data, compressedSize: null, uncompressedSize: null })
  return buildStream({ blocks: [block] }).bytes
}

export const xzLiars: BadInput[] = [
  {
    what: 'a .xz file whose second stream cannot be decoded',
    make: async (world) =>
      file(world, Buffer.concat([world.rawXz, await xz(world.raw, { args: ['--x86', '--lzma2=dict=1MiB'] })])),
    ...{ code: 'image-unsupported', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .xz file of which a later block cannot be decoded',
    make: async (world) => file(world, await lyingXz(world, { filters: [[0x21, [30]]] })),
    ...{ code: 'image-unsupported', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .xz from a server of which a later block cannot be decoded',
    make: async (world) => url(world, await lyingXz(world, { filters: [[0x21, [30]]] })),
    ...{ code: 'image-unsupported', exit: 3, state: 'cleared' },
  },
  {
    what: 'a .xz file whose index says another size than a block',
    make: async (world) => file(world, await lyingXz(world, { uncompressedSize: 4096 })),
    ...{ code: 'image-corrupt', exit: 4, state: 'untouched' },
  },
  {
    what: 'a .xz file that says that it is huge',
    make: async (world) =>
      file(world, await lyingXz(world, { uncompressedSize: 2 ** 50 }, { uncompressedSize: 2 ** 50 })),
    ...{ code: 'drive-too-small', exit: 3, state: 'untouched' },
  },
  {
    what: 'a .xz file of which a block decodes to more than everything says',
    make: async (world) => file(world, await lyingXz(world, { uncompressedSize: 4096 }, { uncompressedSize: 4096 })),
    ...{ code: 'image-corrupt', exit: 4, state: 'cleared' },
  },
  {
    what: 'a .xz file with two MiB of padding',
    make: (world) => file(world, Buffer.concat([world.rawXz, Buffer.alloc(2 * mib)])),
    ...{ code: 'image-trailing', exit: 4, state: 'untouched' },
  },
  {
    what: 'a .xz file that is a bomb and says that it is small',
    make: async (world) => file(world, await bomb()),
    asProcess: true,
    ...{ code: 'drive-too-small', exit: 3, state: 'cleared' },
  },
]
