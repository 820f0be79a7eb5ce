import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openExt4 } from '../../../src-main/identify/ext4.ts'
import type { ReadAt } from '../../../src-main/identify/read-at.ts'
import { readHints } from '../../../src-main/identify/read-hints.ts'
import type { Hint } from '../../../src-shared/identification.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeIso } from '../../support/images/iso-image.ts'
import { makeNoise, makeRandom } from '../../support/images/random-bytes.ts'
import { describeWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { mib } from '../../support/files/mib.ts'

let reads = 0
/** Returns a reader of memory that rejects reads which a drive would refuse. */
const reading =
  (bytes: Buffer): ReadAt =>
  async (offset, length) => {
    reads++
    if (!(offset >= 0 && length >= 0 && length <= mib && offset + length <= bytes.length))
      throw new RangeError(`${length} bytes from byte ${offset}`)
    return Buffer.from(bytes.subarray(offset, offset + length))
  }

const hintsOf = (bytes: Buffer) => readHints(reading(bytes))

/** Changes the GPT header and updates its checksum. */
function withHeader(change: (header: Buffer) => void, sectorSize: 512 | 4096 = 512): Buffer {
  const image = makeRawImage({ size: mib, sectorSize })
  const header = image.subarray(sectorSize, sectorSize + 92)
  change(header)
  header.writeUInt32LE(0, 16)
  header.writeUInt32LE(crc32(header), 16)
  return image
}

describe('a partition table', () => {
  test.each([512, 4096] as const)('for sectors of %i bytes is told', async (sectorSize) => {
    expect(await hintsOf(makeRawImage({ size: mib, sectorSize }))).toMatchObject([
      { hint: 'partitions', sectorSize, coreos: true, architecture: 'x86_64', booted: false },
    ])
  })

  test('with another disk GUID has booted', async () => {
    expect(await hintsOf(withHeader((header) => header.fill(7, 56, 72)))).toMatchObject([{ booted: true }])
  })

  test.each<[string, (header: Buffer) => void]>([
    ['4 billion entries', (header) => header.writeUInt32LE(0xffffffff, 80)],
    ['entries of 4 GB', (header) => header.writeUInt32LE(0xfffffff8, 84)],
    ['entries of no size', (header) => header.writeUInt32LE(0, 84)],
    ['a table at the end of the universe', (header) => header.writeBigUInt64LE(2n ** 64n - 1n, 72)],
    ['a table behind the drive', (header) => header.writeBigUInt64LE(1_000_000n, 72)],
    ['a header of 4 GB', (header) => header.writeUInt32LE(0xffffffff, 12)],
    ['a wrong checksum of its table', (header) => header.writeUInt32LE(1, 88)],
  ])('with %s tells nothing', async (_, change) => {
    reads = 0
    expect(await hintsOf(withHeader(change))).toEqual([])
    expect(reads).toBeLessThan(8)
  })

  test('has names that are shown as they are, whatever is in them', async () => {
    const image = withHeader((header) => {
      const table = image0.subarray(1024, 1024 + 128 * 128)
      table.fill(0, 56, 128)
      table.write('\u001b[2J\u202eevil', 56, 'utf16le')
      header.writeUInt32LE(crc32(table), 88)
    })
    image0.copy(image, 1024, 1024, 1024 + 128 * 128)
    const [hint] = (await hintsOf(image)) as PartitionsHint[]
    expect(hint!.partitions.map(({ name }) => name)).toEqual(['\\u{1b}[2J\\u{202e}evil', 'EFI-SYSTEM', 'boot', 'root'])
  })
})
const image0 = makeRawImage({ size: mib })

type PartitionsHint = Extract<Hint, { hint: 'partitions' }>

describeWith(['command:sfdisk', 'command:mkfs.vfat'], 'a partition table of another system', () => {
  let temporary: TemporaryDirectory
  beforeAll(async () => void (temporary = await makeTemporaryDirectory()))
  afterAll(() => temporary.dispose())

  async function hintOf(script: string, sectorSize = 512): Promise<PartitionsHint | undefined> {
    const path = temporary.file('disk.img')
    await writeFile(path, Buffer.alloc(24 * mib))
    execFileSync('sfdisk', ['--quiet', path], { input: script })
    return (await readHints(reading(await readFile(path)), sectorSize))[0] as PartitionsHint | undefined
  }

  test.each([512, 4096])('is told by kinds and sizes, if it is an MBR for sectors of %i bytes', async (sectorSize) => {
    const script = 'label: dos\nsize=4MiB, type=c, bootable\nsize=2MiB, type=83\nsize=2MiB, type=7\nsize=8MiB, type=5\n'
    const kinds = { fat: 8192, linux: 4096, ntfs: 4096, extended: 16384 }
    expect(await hintOf(script, sectorSize)).toEqual({
      ...{ hint: 'partitions', table: 'MBR', sectorSize, count: 4, coreos: false, architecture: null, booted: null },
      partitions: Object.entries(kinds).map(([kind, sectors]) => ({ name: '', kind, size: sectors * sectorSize })),
    })
  })

  test('is told with the logical partitions of an MBR', async () => {
    const primary = 'label: dos\nsize=2MiB, type=83\nsize=16MiB, type=f\n'
    const logical = '5: size=2MiB, type=7\n6: size=3MiB, type=82\n7: size=4MiB, type=83\n'
    const { partitions, count } = (await hintOf(primary + logical))!
    expect(count).toBe(5)
    expect(partitions.map(({ kind, size }) => [kind, size / mib])).toEqual([
      ['linux', 2],
      ['extended', 16],
      ['ntfs', 2],
      ['swap', 3],
      ['linux', 4],
    ])
  })

  test('is told as far as the chain of its logical partitions leads, however it is damaged', async () => {
    const bytes = Buffer.alloc(4 * mib)
    const entry = (at: number, index: number, type: number, first: number, count: number) => {
      const offset = at * 512 + 446 + 16 * index
      bytes[offset + 4] = type
      bytes.writeUInt32LE(first, offset + 8)
      bytes.writeUInt32LE(count, offset + 12)
      bytes.writeUInt16LE(0xaa55, at * 512 + 510)
    }
    entry(0, 0, 0x05, 64, 4096)
    entry(64, 0, 0x83, 64, 128)
    // Leads back to itself.
    entry(64, 1, 0x05, 0, 128)
    entry(64, 1, 0x05, 1024, 128)
    entry(1088, 0, 0x07, 64, 256)
    entry(1088, 1, 0x05, 1024, 128)
    const sizes = async () => {
      const [hint] = await hintsOf(bytes)
      return (hint as PartitionsHint).partitions.map(({ size }) => size / 512)
    }
    expect(await sizes()).toEqual([4096, 128, 256])
    bytes.writeUInt16LE(0, 1088 * 512 + 510)
    expect(await sizes()).toEqual([4096, 128])
  })

  test('is told by names, kinds and sizes, if it is a GPT', async () =>
    expect(
      await hintOf(
        [
          'label: gpt',
          'size=2MiB, type=U, name=ESP',
          'size=4MiB, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, name=PHOTOS',
          'size=1MiB, type=S',
          'size=1MiB, type=11111111-2222-3333-4444-555555555555, name=odd',
        ].join('\n'),
      ),
    ).toMatchObject({
      ...{ table: 'GPT', count: 4, coreos: false, architecture: null, booted: null },
      partitions: [
        { name: 'ESP', kind: 'efi', size: 2 * mib },
        { name: 'PHOTOS', kind: 'windows', size: 4 * mib },
        { name: '', kind: 'swap', size: mib },
        { name: 'odd', kind: null, size: mib },
      ],
    }))

  test('is not told of a file system without one, although its first sector ends as an MBR does', async () => {
    const path = temporary.file('fat.img')
    await writeFile(path, Buffer.alloc(8 * mib))
    execFileSync('mkfs.vfat', [path])
    const image = await readFile(path)
    expect(image.readUInt16LE(510)).toBe(0xaa55)
    expect(await hintsOf(image)).toEqual([])
  })
})

describe('an ISO', () => {
  test('is told by its volume name', async () => {
    expect(await hintsOf(makeIso({ size: 100_000, version: '44.20260707.1.0' }))).toEqual([
      { hint: 'iso', volumeId: 'fedora-coreos-44.20260707.1.0', release: '44.20260707.1.0', stream: 'next' },
    ])
  })

  test('of a name with control characters is shown without them', async () => {
    const iso = makeIso({ size: 100_000, version: '1' })
    iso.write('\u001b]0;evil\u0007'.padEnd(32), 32768 + 40, 'latin1')
    expect(await hintsOf(iso)).toEqual([{ hint: 'iso', volumeId: '\\u{1b}]0;evil\\u{7}', release: null, stream: null }])
  })
})

test('a drive without structures, and a drive of few bytes, tell nothing', async () => {
  expect(await hintsOf(Buffer.alloc(mib, 0x6b))).toEqual([])
  expect(await hintsOf(Buffer.alloc(100))).toEqual([])
})

test('a sector that cannot be read tells nothing, and a drive that is gone fails', async () => {
  const failing = (code: 'drive-read-failed' | 'drive-gone'): ReadAt => {
    return async () => {
      throw new KindlingError(code, { drive: 'x', offset: 0, reason: 'EIO' })
    }
  }
  expect(await readHints(failing('drive-read-failed'))).toEqual([])
  await expect(readHints(failing('drive-gone'))).rejects.toMatchObject({ code: 'drive-gone' })
})

describeWith(['command:mke2fs'], 'an ext4 file system', () => {
  let temporary: TemporaryDirectory
  let entry: string
  /** A file larger than what one indirect block maps. */
  let large: Buffer
  beforeAll(async () => {
    temporary = await makeTemporaryDirectory()
    entry = `title Fedora CoreOS 44.20260707.3.1 (ostree:0)\n${'#'.repeat(9000)}\n`
    await mkdir(temporary.file('tree/loader.1/entries'), { recursive: true })
    await symlink('loader.1', temporary.file('tree/loader'))
    await symlink('/etc', temporary.file('tree/away'))
    await symlink('round', temporary.file('tree/round'))
    await writeFile(temporary.file('tree/loader.1/entries/ostree-1.conf'), entry)
    large = makeNoise(600_000, 5)
    await writeFile(temporary.file('tree/large'), large)
    await chmod(temporary.file('tree/large'), 0o640)
    for (let number = 0; number < 300; number++)
      await writeFile(temporary.file(`tree/loader.1/${'many-'.repeat(20)}${number}`), 'x')
  })
  afterAll(() => temporary.dispose())

  async function make(...options: string[]): Promise<Buffer> {
    const file = temporary.file('fs.img')
    const args = ['-q', '-F', '-t', 'ext4', ...options, '-d', temporary.file('tree'), file, '8M']
    execFileSync('mke2fs', args, { stdio: 'pipe' })
    return readFile(file)
  }

  test.each([
    [],
    ['-b', '4096'],
    ['-b', '1024', '-I', '128'],
    ['-O', '^64bit'],
    ['-O', '^metadata_csum,^flex_bg'],
    ['-O', 'metadata_csum_seed'],
    ['-O', '^extents,^64bit'],
    ['-O', '^extents,^64bit', '-b', '1024'],
  ])('is read without mounting it, made with %s %s %s %s', async (...options) => {
    const files = (await openExt4(reading(await make(...options))))!
    expect(await files.list('loader/entries')).toEqual(expect.arrayContaining(['.', '..', 'ostree-1.conf']))
    expect((await files.read('/loader/entries/ostree-1.conf'))?.toString()).toBe(entry)
    expect((await files.list('loader'))!.length).toBe(303)
    expect((await files.read('large', large.length))?.equals(large)).toBe(true)
    expect(await files.mode('large')).toBe(0o640)
    expect(await files.mode('nothing')).toBeNull()
    for (const path of ['nothing', 'away', 'round', 'loader/../loader', 'loader/entries/ostree-1.conf/x'])
      expect([await files.list(path), await files.read(path)]).toEqual([null, null])
  })

  test('that has features unknown here is not read', async () => {
    expect(await openExt4(reading(await make('-O', 'inline_data')))).toBeNull()
    expect(await openExt4(reading(Buffer.alloc(mib)))).toBeNull()
  })

  test('that is damaged anywhere ends soon, in RangeError at most', async () => {
    const good = await make('-b', '1024')
    const random = makeRandom(4)
    // The range that contains the superblock, the group descriptors, inodes and directories.
    const used = good.findLastIndex((byte) => byte !== 0)
    for (let round = 0; round < 300; round++) {
      const bad = Buffer.from(good)
      for (let flips = 0; flips < 200; flips++) bad[1024 + (random() % (used - 1024))] = random() & 0xff
      if (round % 2 === 0) good.copy(bad, 1024, 1024, 2048)
      reads = 0
      await (async () => {
        const files = await openExt4(reading(bad))
        for (const name of (await files?.list('loader/entries')) ?? []) await files!.read(`loader/entries/${name}`)
      })().catch((error: unknown) => expect(error).toBeInstanceOf(RangeError))
      expect(reads).toBeLessThan(20_000)
    }
  })
})
