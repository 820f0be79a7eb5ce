import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Edit } from '../../../src-main/first-boot/edit.ts'
import { findIsoFile } from '../../../src-main/first-boot/iso-files.ts'
import type { LiveBoot } from '../../../src-main/first-boot/live-boot.ts'
import { planIso } from '../../../src-main/first-boot/plan-iso.ts'
import { readMemory } from '../../../src-main/identify/read-at.ts'
import { makeIso } from '../../support/images/iso-image.ts'
import {
  defaultKargs,
  initrdSize,
  liveLayouts,
  makeIsoOf,
  makeLiveIso,
  type LiveLayout,
} from '../../support/images/live-iso.ts'
import { makeNoise, makeRandom } from '../../support/images/random-bytes.ts'
import { describeWith, testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

const config = Buffer.from(JSON.stringify({ ignition: { version: '3.3.0' }, passwd: { users: [{ name: 'core' }] } }))
const keyfile = Buffer.from('[connection]\nid=eth0\ntype=ethernet\n')
const nothing: LiveBoot = {
  config: null,
  appendKargs: [],
  deleteKargs: [],
  replaceKargs: [],
  keyfiles: [],
  directives: null,
}
const everything: LiveBoot = {
  config,
  appendKargs: ['console=ttyS0,115200n8'],
  deleteKargs: ['mitigations=auto,nosmt'],
  replaceKargs: ['ignition.platform.id=metal=qemu'],
  keyfiles: [{ name: 'eth0.nmconnection', bytes: keyfile }],
  directives: null,
}
const editedKargs = `${defaultKargs
  .replace('mitigations=auto,nosmt ', '')
  .replace('id=metal', 'id=qemu')} console=ttyS0,115200n8`

function apply(image: Buffer, edits: Edit[]): Buffer {
  const edited = Buffer.from(image)
  for (const { offset, bytes, original } of edits) {
    expect(original.equals(image.subarray(offset, offset + bytes.length))).toBe(true)
    bytes.copy(edited, offset)
  }
  return edited
}

const plan = (image: Buffer, liveBoot: LiveBoot = everything) => planIso(readMemory(image), liveBoot)

describeWith(['command:xorriso'], 'the settings of a live ISO', () => {
  test.each(liveLayouts)('go into the areas of %s, and no other byte changes', async (layout) => {
    const { image, initrd, kargs, kargsSize } = await makeLiveIso({ layout })
    const hasKargs = layout !== '2020-09'
    const hasNetwork = layout === 's390x' || layout >= '2021-12'
    const wanted = {
      ...everything,
      ...(!hasKargs && { appendKargs: [], deleteKargs: [], replaceKargs: [] }),
      ...(!hasNetwork && { keyfiles: [] }),
    }
    const { edits, requireDone } = await plan(image, wanted)
    const edited = apply(image, edits)
    await requireDone(readMemory(edited))
    await expect(requireDone(readMemory(image))).rejects.toMatchObject({ code: 'first-boot-differs' })

    const area = edited.subarray(initrd, initrd + initrdSize)
    const archive = gunzipSync(area)
    expect(archive.includes(config)).toBe(true)
    expect(archive.includes(keyfile)).toBe(hasNetwork)
    const [end, pad] = layout === 's390x' ? ['\0', '\0'] : ['\n', '#']
    const line = hasKargs ? editedKargs : defaultKargs
    for (const start of kargs) {
      expect(edited.toString('latin1', start, start + kargsSize)).toBe((line + end).padEnd(kargsSize, pad))
      image.copy(edited, start, start, start + kargsSize)
    }
    edited.fill(0, initrd, initrd + initrdSize)
    expect(edited.equals(image)).toBe(true)
  })

  test('are none without a wish', async () => {
    const { image } = await makeLiveIso()
    expect((await plan(image, nothing)).edits).toEqual([])
  })

  testWith(['command:cpio'], 'are unpacked by cpio with their folders, modes and owner', async () => {
    const { image, initrd } = await makeLiveIso()
    const edited = apply(image, (await plan(image)).edits)
    const area = edited.subarray(initrd, initrd + initrdSize)
    const archive = gunzipSync(area)
    const directory = await makeTemporaryDirectory()
    try {
      const place = directory.file('unpacked')
      mkdirSync(place)
      // Without -d cpio makes no missing folder, as the kernel.
      execFileSync('cpio', ['-i', '--quiet'], { cwd: place, input: archive })
      const files = ['config.ign', 'etc/coreos-firstboot-network/eth0.nmconnection']
      expect(files.map((file) => readFileSync(`${place}/${file}`))).toEqual([config, keyfile])
      for (const file of files) expect(statSync(`${place}/${file}`).mode).toBe(0o100600)
      const listed = execFileSync('cpio', ['-itvn', '--quiet'], { input: archive }).toString()
      expect(listed.match(/^\S+ +\d+ 0 +0 /gm)).toHaveLength(4)
    } finally {
      await directory.dispose()
    }
  })

  test('fill their areas to the last byte, and not further', async () => {
    const { image, kargs, kargsSize } = await makeLiveIso()
    const free = kargsSize - defaultKargs.length - 1
    const append = (length: number) => plan(image, { ...nothing, appendKargs: ['x'.repeat(length)] })
    const full = apply(image, (await append(free - 1)).edits)
    expect(full.toString('latin1', kargs[0], kargs[0]! + kargsSize)).toBe(`${defaultKargs} ${'x'.repeat(free - 1)}\n`)
    await expect(append(free)).rejects.toMatchObject({
      code: 'iso-no-room',
      details: { place: 'the kernel arguments', needed: kargsSize + 1, available: kargsSize },
    })
    const large = { ...nothing, config: makeNoise(initrdSize, 1) }
    await expect(plan(image, large)).rejects.toMatchObject({ code: 'iso-no-room', details: { available: initrdSize } })
    // The limit is that of the packed config.
    await plan(image, { ...nothing, config: Buffer.alloc(3 * initrdSize, 'x') })
  })

  test.each<[string, LiveBoot, string]>([
    [
      '2020-09',
      { ...nothing, appendKargs: ['a'] },
      'it is older than January 2021, and its kernel arguments cannot be changed',
    ],
    [
      '2021-09',
      { ...nothing, keyfiles: everything.keyfiles },
      'its release does not read connections of NetworkManager from the ISO',
    ],
    ['2021-09', { ...nothing, directives: [] }, 'its release, older than December 2021, has no automatic installer'],
    [
      '2021-12',
      { ...nothing, directives: ['append-karg', 'console'] },
      'the installer of its release does not know the option console',
    ],
    [
      '2023-07',
      { ...nothing, directives: ['append-karg', 'console', 'unheard'] },
      'the installer of its release does not know the option unheard',
    ],
  ])('are refused by an ISO of %s that cannot have them', async (layout, liveBoot, reason) => {
    const { image } = await makeLiveIso({ layout: layout as LiveLayout })
    await expect(plan(image, liveBoot)).rejects.toMatchObject({ code: 'first-boot-unsupported', details: { reason } })
  })

  test('are refused by an ISO that has some already', async () => {
    const { image } = await makeLiveIso()
    for (const already of [
      { ...nothing, config },
      { ...nothing, appendKargs: ['a'] },
    ])
      await expect(plan(apply(image, (await plan(image, already)).edits))).rejects.toMatchObject({
        code: 'first-boot-unsupported',
        details: { reason: 'it is a live ISO that was customized already' },
      })
  })

  test('are refused by an ISO whose boot loaders differ', async () => {
    const { image, kargs } = await makeLiveIso()
    image.write('x', kargs[1]!)
    await expect(plan(image)).rejects.toMatchObject({
      details: { reason: 'its boot loaders have different kernel arguments' },
    })
  })

  const unfamiliar = {
    details: { reason: 'it has no areas for settings, as a live ISO of Fedora CoreOS has' },
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const grub = 'EFI/fedora/grub.cfg'
  test.each<[string, (files: Record<string, Buffer>) => void]>([
    ['no area', (files) => void (delete files['images/ignition.img'], delete files['coreos/igninfo.json'])],
    ['an area that is no file', (files) => (files['coreos/igninfo.json'] = json({ file: 'images' }))],
    ['an area behind its file', (files) => (files['coreos/igninfo.json'] = json({ file: grub, length: 1e6 }))],
    ['an area of no size', (files) => (files['coreos/igninfo.json'] = json({ file: grub, length: 0 }))],
    ['an area before its file', (files) => (files['coreos/igninfo.json'] = json({ file: grub, offset: -1 }))],
    ['no JSON', (files) => (files['coreos/kargs.json'] = Buffer.from('{'))],
    ['too much JSON', (files) => (files['coreos/features.json'] = Buffer.alloc(100_000, ' '))],
    ['features of another type', (files) => (files['coreos/features.json'] = json({ 'installer-config': 'yes' }))],
    [
      'arguments behind their file',
      (files) => (files['coreos/kargs.json'] = json({ default: '', size: 2048, files: [{ path: grub, offset: 0 }] })),
    ],
    [
      'too many arguments',
      (files) => (files['coreos/kargs.json'] = json({ default: '', size: 2049, files: [{ path: grub, offset: 0 }] })),
    ],
    [
      'areas over each other',
      (files) =>
        (files['coreos/kargs.json'] = json({
          default: '',
          size: 9,
          files: [0, 8].map((offset) => ({ path: grub, offset })),
        })),
    ],
  ])('are refused by an ISO with %s', async (_, change) => {
    const { image } = await makeLiveIso({ change })
    await expect(plan(image)).rejects.toMatchObject(unfamiliar)
  })

  test('are refused by another ISO, and by a damaged one, without end', async () => {
    await expect(plan(makeIso({ size: 100_000, version: '1' }))).rejects.toMatchObject(unfamiliar)
    await expect(plan(Buffer.alloc(100_000))).rejects.toMatchObject(unfamiliar)
    const { image } = await makeLiveIso()
    const random = makeRandom(5)
    for (let round = 0; round < 200; round++) {
      const bad = Buffer.from(image)
      // Volume descriptors, folders and small files are in the first 200 KB.
      for (let flips = 0; flips < 100; flips++) bad[32768 + (random() % 170_000)] = random() & 0xff
      await plan(bad).catch((error: unknown) => expect(error).toHaveProperty('code'))
    }
  })

  test('a folder of several sectors is searched to its end', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`many/f${index}.txt`, Buffer.from(`${index}`)]),
    )
    const image = await makeIsoOf(files)
    for (const index of [0, 57, 199]) {
      const found = (await findIsoFile(readMemory(image), `many/F${index}.TXT`))!
      expect(image.toString('latin1', found.start, found.end)).toBe(`${index}`)
    }
    for (const path of ['many', 'many/f200.txt', 'many/f1.txt/x', 'nothing/f1.txt'])
      expect(await findIsoFile(readMemory(image), path)).toBeNull()
  })
})
