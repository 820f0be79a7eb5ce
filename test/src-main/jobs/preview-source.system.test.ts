import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SourcePreview } from '../../../src-shared/api.ts'
import { previewSource } from '../../../src-main/jobs/preview-source.ts'
import { gz, xz } from '../../support/images/compress.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeIsoOf, makeLiveIso } from '../../support/images/live-iso.ts'
import { makePartitionedImage } from '../../support/images/partitioned-image.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

const disk = makeRawImage({ size: 3 * 1024 * 1024, seed: 5 })
const noise = makeNoise(3 * 1024 * 1024, 5)
const bzip2 = Buffer.concat([Buffer.from('BZh91AY&SY'), noise])

describe('the preview of an image tells before a write', () => {
  let directory: TemporaryDirectory
  let mirror: Mirror
  let testPorts: TestPorts
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    mirror = await startMirror()
    testPorts = await makeTestPorts()
  })
  afterAll(async () => {
    await testPorts.dispose()
    await mirror.close()
    await directory.dispose()
  })

  const previewFile = async (name: string, bytes: Uint8Array) => {
    await writeFile(directory.file(name), bytes)
    return previewSource(testPorts.ports, { image: { kind: 'file', path: directory.file(name) } })
  }
  const previewUrl = async (name: string, bytes: Uint8Array) =>
    previewSource(testPorts.ports, { image: { kind: 'url', url: await mirror.put(name, bytes) } })

  test.each([
    ['a disk', 'disk.raw', async () => disk, true],
    ['a disk in .xz', 'disk.raw.xz', () => xz(disk), true],
    ['a disk in .gz', 'disk.raw.gz', () => gz(disk), true],
    ['noise', 'noise.raw', async () => noise, false],
    ['noise in .xz', 'noise.raw.xz', () => xz(noise), false],
  ])('whether it looks like a disk image: %s', async (_, name, make, recognized) => {
    const bytes = await make()
    expect(await previewFile(name, bytes)).toMatchObject({ recognized, refusal: null })
    expect(await previewUrl(name, bytes)).toMatchObject({ recognized, refusal: null })
  })

  test('that it is another kind of file, also inside of a compressed one', async () => {
    const refusal = { code: 'image-packed' }
    expect(await previewFile('disk.img', bzip2)).toMatchObject({ refusal })
    expect(await previewUrl('disk.img.gz', await gz(bzip2))).toMatchObject({ refusal })
  })

  testWith(['command:sgdisk'], 'whether it has a boot partition, also where it is compressed', async () => {
    const reasonOf = async (names: string[]) => {
      const image = await makePartitionedImage(names)
      const places = [
        await previewFile('foreign.raw', image),
        await previewFile('foreign.raw.xz', await xz(image)),
        await previewUrl('foreign.raw', image),
        await previewUrl('foreign.raw.gz', await gz(image)),
      ].map(({ bootPlace }) => (bootPlace.kind === 'none' ? String(bootPlace.reason) : bootPlace.kind))
      expect(new Set(places).size).toBe(1)
      return places[0]
    }
    expect(await reasonOf(['EFI-SYSTEM', 'boot', 'root'])).toBe('metal')
    expect(await reasonOf(['EFI-SYSTEM', 'root'])).toBe('it has no partition named boot')
    expect(await reasonOf(['boot', 'boot'])).toBe('it has several partitions named boot')
  })

  testWith(['command:xorriso'], 'whether an ISO is a live system, if its bytes can be looked into', async () => {
    const { image } = await makeLiveIso()
    const foreign = await makeIsoOf({ 'readme.txt': Buffer.alloc(100_000, 'x') })
    const kindOf = ({ bootPlace: { kind } }: SourcePreview) => kind
    expect(kindOf(await previewFile('live.iso', image))).toBe('live')
    expect(kindOf(await previewFile('foreign.iso', foreign))).toBe('none')
    // These places lie behind the start, which is all that is decompressed.
    const far = await makeIsoOf({
      'boot/large.img': makeNoise(3 * 1024 * 1024, 7),
      'coreos/igninfo.json': Buffer.from('{"file": "images/ignition.img"}'),
      'images/ignition.img': Buffer.alloc(256 * 1024),
    })
    expect(kindOf(await previewFile('far.iso', far))).toBe('live')
    expect(kindOf(await previewFile('far.iso.gz', await gz(far)))).toBe('unknown')
  })

  test('nothing of an image that cannot be decompressed: the job reports it', async () => {
    const damaged = await gz(disk)
    damaged.fill(0xff, 20, 4000)
    expect(await previewFile('damaged.raw.gz', damaged)).toMatchObject({
      ...{ recognized: true, refusal: null, bootPlace: { kind: 'unknown' } },
    })
  })
})
