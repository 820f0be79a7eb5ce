import { expect, test } from 'vitest'
import type { SourcePreview } from '../../../src-shared/api.ts'
import { findBlocker, type Choices } from '../../../src-renderer/tabs/blocker.ts'
import { makeDrive } from '../drive/drives.ts'

const preview: SourcePreview = {
  ...{ name: 'x.raw.xz', release: '44', size: 600e6, imageSize: 2.7e9, cached: false, recognized: true, doubts: [] },
  bootPlace: { kind: 'metal' },
  ...{ origin: 'signature', signer: 'Fedora 44', refusal: null },
}
const complete: Choices = {
  mode: 'write',
  source: { image: { kind: 'file', path: '/x.raw.xz' } },
  format: 'raw.xz',
  looking: false,
  preview,
  drives: [makeDrive('/dev/sdb')],
  firstBoot: 'ready',
}
const small = makeDrive('/dev/sdb')
small.identity.size = 2e9

test.each<[string, Partial<Choices>, string | undefined]>([
  ['everything chosen', {}, undefined],
  ['no image', { source: null }, 'image'],
  ['an image that is looked at', { looking: true, preview: null }, 'looking'],
  ['an image that cannot be had', { preview: null }, 'preview'],
  ['no drive', { drives: [] }, 'drive'],
  [
    'a container',
    { preview: { ...preview, refusal: { code: 'image-container', title: 'A box', details: {} } } },
    'refused',
  ],
  ['a drive that is too small', { drives: [small] }, 'too-small'],
  ['an image for other sectors', { drives: [makeDrive('/dev/sdb', { sectorSize: 4096 })] }, 'sectors'],
  [
    'an ISO, which fits any sectors',
    { drives: [makeDrive('/dev/sdb', { sectorSize: 4096 })], format: 'iso' },
    undefined,
  ],
  ['several drives of which one is too small', { drives: [makeDrive('/dev/sdc'), small] }, 'too-small'],
  [
    'more drives than can be written together',
    { drives: Array.from({ length: 33 }, () => makeDrive('/dev/sdb')) },
    'too-many',
  ],
  [
    'verify, of a drive with other sectors',
    { mode: 'verify', drives: [makeDrive('/dev/sdb', { sectorSize: 4096 })] },
    undefined,
  ],
  ['verify, of a small drive', { mode: 'verify', drives: [small] }, undefined],
])('%s', (_name, changes, kind) => {
  expect(findBlocker({ ...complete, ...changes })?.kind).toBe(kind)
})
