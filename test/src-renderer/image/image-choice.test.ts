import { expect, test } from 'vitest'
import type { Artifact, Catalog } from '../../../src-shared/artifact.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { isWritable } from '../../../src-renderer/image/formats.ts'
import { Catalogs } from '../../../src-renderer/image/catalogs.ts'
import { ImageChoice, type TargetDrives } from '../../../src-renderer/image/image-choice.svelte.ts'
import { describeSha256 } from '../../../src-renderer/image/word-sha256.ts'

const artifact = (architecture: string, platform: string, format: string, name = 'disk'): Artifact => ({
  ...{ stream: 'stable', architecture, platform, release: '44.1', format, name },
  ...{ location: `https://x/${format}`, signature: null, sha256: 'ab', uncompressedSha256: null },
})
const artifacts = [
  artifact('aarch64', 'metal', 'iso'),
  artifact('x86_64', 'aws', 'vmdk.xz'),
  artifact('x86_64', 'metal', 'raw.zst'),
  artifact('x86_64', 'metal', '4k.raw.xz'),
  artifact('x86_64', 'metal', 'iso'),
  artifact('x86_64', 'metal', 'pxe', 'kernel'),
  artifact('x86_64', 'metal', 'raw.xz'),
]

async function choose(
  architecture = 'x86_64',
  targets: TargetDrives = { sectorSize: null, anyFile: false },
): Promise<ImageChoice> {
  const catalog: Catalog = {
    ...{ stream: 'stable', baseUrl: 'https://x/', lastModified: null, artifacts, images: [] },
    ...{ isPublic: true, seenAt: 0, ageSeconds: 0, offline: null, stated: null, doubts: [] },
  }
  const call = (async () => ({ ok: true, value: catalog })) as unknown as Bridge['call']
  const choice = new ImageChoice(
    new Catalogs(call),
    () => architecture,
    () => targets,
  )
  await choice.catalog.read()
  return choice
}

test('the usual image of this architecture is chosen, and nothing else', async () => {
  expect((await choose()).source).toEqual({
    image: {
      kind: 'stream',
      stream: 'stable',
      architecture: 'x86_64',
      platform: 'metal',
      format: 'raw.xz',
      release: '44.1',
    },
  })
})

test('the architecture of this machine comes first', async () => {
  expect((await choose()).architectures).toEqual(['x86_64', 'aarch64'])
  expect((await choose('riscv64')).architectures).toEqual(['aarch64', 'x86_64'])
})

test('bare-metal formats come in the usual order, unknown ones follow, those of several files are left out', async () => {
  expect((await choose()).bareMetalFormats).toEqual(['raw.xz', 'iso', 'raw.zst'])
})

test('another platform brings the format that a drive can take', async () => {
  expect(['raw.gz', '4k.raw.xz', 'iso', 'raw', 'qcow2.xz', 'vhd.xz', 'drawing'].filter(isWritable)).toEqual([
    'raw.gz',
    '4k.raw.xz',
    'iso',
    'raw',
  ])
})

test('a disk-image file takes either sector size', async () => {
  const { bareMetalFormats, sectorFormats } = await choose('x86_64', { sectorSize: null, anyFile: true })
  expect(bareMetalFormats).toEqual(['raw.xz', 'iso', 'raw.zst'])
  expect(sectorFormats).toEqual(['raw.xz', '4k.raw.xz'])
})

test('an architecture without the usual format falls back to what it has', async () => {
  expect((await choose('aarch64')).source?.image).toMatchObject({ architecture: 'aarch64', format: 'iso' })
})

test('an architecture that the stream lacks falls back to one that it has', async () => {
  expect((await choose('riscv64')).architecture).toBe('aarch64')
})

test('another platform brings a format of its own', async () => {
  const choice = await choose()
  choice.choosePlatform('aws')
  expect(choice.source?.image).toMatchObject({ platform: 'aws', format: 'vmdk.xz' })
})

test('a file is chosen with what it has to be proved with, and another file forgets that', async () => {
  const choice = await choose()
  choice.chooseFile('/a.raw')
  choice.sha256 = ` ${'AB'.repeat(32)} `
  expect(choice.source).toEqual({ image: { kind: 'file', path: '/a.raw' }, sha256: 'ab'.repeat(32) })
  choice.sha256 = `${'AB'.repeat(32)}  a.raw`
  expect(choice.source).toMatchObject({ sha256: 'ab'.repeat(32) })
  choice.chooseFile('/b.raw')
  expect(choice.source).toEqual({ image: { kind: 'file', path: '/b.raw' } })
})

test('a malformed hash or address is no choice', async () => {
  const choice = await choose()
  choice.chooseFile('/a.raw')
  choice.sha256 = 'beef'
  expect(choice.source).toBeNull()
  expect(describeSha256(choice.sha256Reading)).toContain('64')
  choice.sha256 = 'beef'.repeat(32)
  expect(choice.source).toBeNull()
  expect(describeSha256(choice.sha256Reading)).toContain('SHA-512')
  choice.sha256 = ''
  choice.kind = 'url'
  choice.url = 'ftp://x/a.raw'
  expect(choice.source).toBeNull()
  choice.url = 'https://x/a.raw'
  expect(choice.source).toEqual({ image: { kind: 'url', url: 'https://x/a.raw' } })
})
