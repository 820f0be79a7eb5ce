import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeExt4 } from '../../../src-main/first-boot/change-ext4.ts'
import type { Edit } from '../../../src-main/first-boot/edit.ts'
import type { FirstBoot } from '../../../src-main/first-boot/first-boot.ts'
import { OverlayDisk } from '../../../src-main/first-boot/overlay-disk.ts'
import { planMetal, requireMetal } from '../../../src-main/first-boot/plan-metal.ts'
import { requireEditableExt4 } from '../../../src-main/first-boot/require-editable-ext4.ts'
import { parseConsole } from '../../../src-shared/console.ts'
import { readMemory } from '../../../src-main/identify/read-at.ts'
import { bootEntry, bootVariants, makeBootFileSystem, makeBootImage } from '../../support/images/boot-image.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'
import { describeWith, lacking } from '../../support/run/needs.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { mib } from '../../support/files/mib.ts'

const nothing: FirstBoot = {
  config: null,
  hostname: null,
  appendKargs: [],
  deleteKargs: [],
  consoles: [],
  platform: null,
  firstbootArgs: null,
  keyfiles: [],
  live: null,
}
const config = Buffer.from(JSON.stringify({ ignition: { version: '3.4.0' }, filler: 'x'.repeat(70_000) }))
const keyfile = Buffer.from('[connection]\nid=eth0\ntype=ethernet\n')
const everything: FirstBoot = {
  ...nothing,
  config,
  appendKargs: ['console=ttyS1,115200n8', 'quiet'],
  deleteKargs: ['mitigations=auto,nosmt'],
  keyfiles: [
    { name: 'eth0.nmconnection', bytes: keyfile },
    { name: 'eth1.nmconnection', bytes: Buffer.concat([keyfile, Buffer.alloc(9000, '#')]) },
  ],
}
const editedEntry = bootEntry
  .replace(' mitigations=auto,nosmt', '')
  .replace(' rw\n', ' rw console=ttyS1,115200n8 quiet\n')

function apply(image: Buffer, edits: Edit[]): Buffer {
  const edited = Buffer.from(image)
  for (const { offset, bytes, original } of edits) {
    expect(original.equals(image.subarray(offset, offset + bytes.length))).toBe(true)
    bytes.copy(edited, offset)
  }
  return edited
}

const { getuid, getgid } = process

describeWith(['command:mke2fs', 'command:e2fsck', 'command:debugfs'], 'the first boot of a metal image', () => {
  let temporary: TemporaryDirectory
  beforeAll(async () => {
    temporary = await makeTemporaryDirectory()
  })
  afterAll(() => temporary.dispose())

  /** Saves the boot file system of an image for the system's tools. */
  function save(image: Buffer, { start, end }: { start: number; end: number }): string {
    const file = temporary.file('boot.img')
    writeFileSync(file, image.subarray(start, end))
    return file
  }
  const debugfs = (file: string, request: string) =>
    execFileSync('debugfs', ['-R', request, file], { stdio: 'pipe', maxBuffer: 16 * mib })
  const requireSound = (file: string) => execFileSync('e2fsck', ['-fn', file], { stdio: 'pipe' })
  const modeOf = (file: string, path: string) =>
    /Mode:\s+(\d+)[^]*User:\s+(\d+)\s+Group:\s+(\d+)/.exec(debugfs(file, `stat ${path}`).toString())!.slice(1)

  const sectorSizes = { metal4k: 4096 } as Record<string, 4096>
  test.each(Object.entries(bootVariants))('is set up in a boot file system %s', async (name, options) => {
    const sectorSize = sectorSizes[name] ?? 512
    const { image, boot } = await makeBootImage({ options, sectorSize })
    const plan = await planMetal(readMemory(image), everything)
    const edited = apply(image, plan.edits)
    await plan.requireDone(readMemory(edited))
    expect(edited.subarray(0, boot.start).equals(image.subarray(0, boot.start))).toBe(true)
    expect(edited.subarray(boot.end).equals(image.subarray(boot.end))).toBe(true)
    expect(plan.edits.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(160 * 1024)

    const file = save(edited, boot)
    requireSound(file)
    expect(debugfs(file, 'cat /ignition/config.ign').equals(config)).toBe(true)
    expect(debugfs(file, 'cat /loader/entries/ostree-1.conf').toString()).toBe(editedEntry)
    for (const { name: each, bytes } of everything.keyfiles) {
      expect(debugfs(file, `cat /coreos-firstboot-network/${each}`).equals(bytes)).toBe(true)
      expect(modeOf(file, `/coreos-firstboot-network/${each}`)).toEqual(['0600', '0', '0'])
    }
    expect(modeOf(file, '/ignition')).toEqual(['0700', '0', '0'])
    expect(modeOf(file, '/ignition/config.ign')).toEqual(['0600', '0', '0'])
    expect(modeOf(file, '/coreos-firstboot-network')).toEqual(['0755', '0', '0'])
    // The file system was made from files of this user, and an edit changes no owner.
    expect(modeOf(file, '/loader/entries/ostree-1.conf')).toEqual(['0644', String(getuid!()), String(getgid!())])
    expect(debugfs(file, 'cat /ostree/fedora-coreos-1/vmlinuz').equals(makeNoise(300_000, 3))).toBe(true)

    if (lacking('loop', 'mount') === null) {
      const place = temporary.file('mounted')
      mkdirSync(place, { recursive: true })
      // A mount namespace of its own: the mount ends with the process.
      const script = `mount -o loop,ro ${file} ${place} && cd ${place} && cat ignition/config.ign && stat -c ' %a %n' ignition ignition/config.ign coreos-firstboot-network/* && cat loader/entries/*`
      const seen = execFileSync('unshare', ['--mount', 'sh', '-c', script], { stdio: 'pipe' }).toString()
      expect(seen).toBe(
        `${config.toString()} 700 ignition\n 600 ignition/config.ign\n 600 coreos-firstboot-network/eth0.nmconnection\n 600 coreos-firstboot-network/eth1.nmconnection\n${editedEntry}`,
      )
    }
  })

  test('changes nothing but what was asked for', async () => {
    const { image, boot } = await makeBootImage()
    const onlyArguments = await planMetal(readMemory(image), { ...nothing, appendKargs: ['quiet'] })
    const file = save(apply(image, onlyArguments.edits), boot)
    requireSound(file)
    expect(debugfs(file, 'ls -p /').toString()).not.toMatch(/\/(ignition|coreos-firstboot-network)\//)
    const onlyConfig = await planMetal(readMemory(image), { ...nothing, config })
    const other = save(apply(image, onlyConfig.edits), boot)
    expect(debugfs(other, 'cat /loader/entries/ostree-1.conf').toString()).toBe(bootEntry)
  })

  test('edits the entry that sorts last, and may make it longer than a block', async () => {
    const { image, boot } = await makeBootImage({
      files: { 'loader.1/entries/ostree-0.conf': 'options old\n', 'loader.1/entries/z.txt': 'options none\n' },
    })
    const long = Array.from({ length: 12 }, (_, index) => `a${index}=${'b'.repeat(500)}`)
    const plan = await planMetal(readMemory(image), { ...nothing, appendKargs: long })
    const file = save(apply(image, plan.edits), boot)
    requireSound(file)
    expect(debugfs(file, 'cat /loader/entries/ostree-0.conf').toString()).toBe('options old\n')
    expect(debugfs(file, 'cat /loader/entries/ostree-1.conf').toString()).toContain(` rw ${long.join(' ')}\n`)
  })

  const serial = parseConsole('ttyS0,115200n8')!
  const platforms = JSON.stringify({
    metal: { kernel_arguments: ['mitigations=auto,nosmt'], grub_commands: [] },
    qemu: { kernel_arguments: ['console=tty0', 'console=ttyS0'], grub_commands: ['serial --speed=1', 'terminal x'] },
    plain: { grub_commands: [] },
  })
  const markers = (...lines: string[]) =>
    ['set x=1', '# CONSOLE-SETTINGS-START', ...lines, '# CONSOLE-SETTINGS-END', 'set y=2', ''].join('\n')
  const grubOf = (file: string, name = 'console') => debugfs(file, `cat /grub2/${name}.cfg`).toString()
  const withConsoles = { 'coreos/platforms.json': platforms, 'grub2/console.cfg': markers('old') }

  /** Sets up a first boot, and returns the file system for the system's tools. */
  async function setUp(files: Record<string, string | null>, firstBoot: Partial<FirstBoot>): Promise<string> {
    const { image, boot } = await makeBootImage({ files })
    const plan = await planMetal(readMemory(image), { ...nothing, ...firstBoot })
    const file = save(apply(image, plan.edits), boot)
    requireSound(file)
    return file
  }
  const entryOf = (file: string) => debugfs(file, 'cat /loader/entries/ostree-1.conf').toString()

  test('has the arguments and the consoles of its platform', async () => {
    const file = await setUp(withConsoles, { platform: 'qemu', appendKargs: ['quiet'] })
    expect(entryOf(file)).toBe(
      bootEntry
        .replace(' mitigations=auto,nosmt', '')
        .replace('id=metal', 'id=qemu')
        .replace(' rw\n', ' rw console=tty0 console=ttyS0 quiet\n'),
    )
    expect(grubOf(file)).toBe(markers('serial --speed=1', 'terminal x'))
  })

  test('keeps GRUB where the platform has no other commands, or is not in the table', async () => {
    for (const platform of ['plain', 'unheard-of']) {
      const file = await setUp(withConsoles, { platform })
      expect(entryOf(file)).toContain(`ignition.platform.id=${platform} rw\n`)
      expect(grubOf(file)).toBe(markers('old'))
    }
    expect(entryOf(await setUp({}, { platform: 'qemu' }))).toBe(bootEntry.replace('id=metal', 'id=qemu'))
  })

  test('has its consoles in place of those of the platform, in the file that GRUB reads', async () => {
    const commands = ['serial --unit=0 --speed=115200 --word=8 --parity=no', 'terminal_input serial']
    const file = await setUp(withConsoles, { consoles: [serial], platform: 'qemu', deleteKargs: ['rw'] })
    expect(entryOf(file)).toBe(
      bootEntry.replace(' mitigations=auto,nosmt', '').replace('id=metal rw\n', 'id=qemu console=ttyS0,115200n8\n'),
    )
    expect(grubOf(file)).toBe(markers(...commands, 'terminal_output serial'))
    const older = await setUp({ 'grub2/grub.cfg': markers() }, { consoles: [serial] })
    expect(grubOf(older, 'grub')).toBe(markers(...commands, 'terminal_output serial'))
    expect(entryOf(older)).toBe(bootEntry.replace(' rw\n', ' rw console=ttyS0,115200n8\n'))
  })

  test('has arguments for the first boot alone, which GRUB reads', async () => {
    const file = await setUp({}, { firstbootArgs: 'ip=dhcp rd.neednet=1' })
    expect(debugfs(file, 'cat /ignition.firstboot').toString()).toBe(
      'set ignition_network_kcmdline="ip=dhcp rd.neednet=1"\n',
    )
    expect(entryOf(file)).toBe(bootEntry)
  })

  test('takes a config of several MiB, over indirect blocks', async () => {
    const { image, boot } = await makeBootImage({ size: 40 * mib })
    const large = makeNoise(2 * mib + 77, 4)
    const plan = await planMetal(readMemory(image), { ...nothing, config: large })
    const file = save(apply(image, plan.edits), boot)
    requireSound(file)
    expect(debugfs(file, 'cat /ignition/config.ign').equals(large)).toBe(true)
  })

  test('is refused where the file system has no room', async () => {
    const { image } = await makeBootImage()
    await expect(
      planMetal(readMemory(image), { ...nothing, config: Buffer.alloc(12 * mib, 0x20) }),
    ).rejects.toMatchObject({ code: 'first-boot-no-room' })
  })

  test('is set up on several images at once', async () => {
    const { image } = await makeBootImage()
    const configs = [1, 2, 3, 4].map((seed) => makeNoise(30_000, seed))
    const plans = await Promise.all(configs.map((each) => planMetal(readMemory(image), { ...nothing, config: each })))
    for (const plan of plans) await plan.requireDone(readMemory(apply(image, plan.edits)))
    await expect(plans[0]!.requireDone(readMemory(apply(image, plans[1]!.edits)))).rejects.toMatchObject({
      code: 'first-boot-differs',
      details: { path: '/ignition/config.ign' },
    })
  })

  test('is found missing by the second reader where a file, its mode or its folder differs', async () => {
    const { image, boot } = await makeBootImage()
    const plan = await planMetal(readMemory(image), everything)
    const edited = apply(image, plan.edits)
    await expect(plan.requireDone(readMemory(image))).rejects.toMatchObject({ code: 'first-boot-differs' })
    for (const [request, path] of [
      ['set_inode_field /ignition mode 040755', '/ignition'],
      ['set_inode_field /ignition/config.ign mode 0100644', '/ignition/config.ign'],
      ['set_inode_field /loader.1/entries/ostree-1.conf size 80', '/loader/entries/ostree-1.conf'],
      ['unlink /coreos-firstboot-network/eth1.nmconnection', '/coreos-firstboot-network/eth1.nmconnection'],
    ] as const) {
      const file = save(edited, boot)
      execFileSync('debugfs', ['-w', '-R', request, file], { stdio: 'pipe' })
      const changed = Buffer.from(edited)
      readFileSync(file).copy(changed, boot.start)
      await expect(plan.requireDone(readMemory(changed)), request).rejects.toMatchObject({ details: { path } })
    }
  })

  test('is refused for images in another state', async () => {
    const refusals = async (files: Record<string, string | null>, firstBoot = everything) => {
      const { image } = await makeBootImage({ files })
      return planMetal(readMemory(image), firstBoot).then(
        () => null,
        (error: Error) => error.message.replace(/^.*set up: /, ''),
      )
    }
    expect(await refusals({ 'ignition.firstboot': null })).toEqual(
      'it has no file ignition.firstboot, so it reads no config when it starts',
    )
    const isSetUp = 'its first boot is set up already'
    expect(await refusals({ 'ignition/config.ign': '{}' })).toEqual(isSetUp)
    expect(await refusals({ 'coreos-firstboot-network/a': '' }, { ...nothing, config })).toEqual(isSetUp)
    const withoutMarkers = 'its GRUB has no place for the settings of consoles'
    expect(await refusals({}, { ...nothing, consoles: [serial] })).toEqual(withoutMarkers)
    expect(await refusals({ 'grub2/grub.cfg': null }, { ...nothing, consoles: [serial] })).toEqual(withoutMarkers)
    expect(await refusals({ 'coreos/platforms.json': '[]' }, { ...nothing, platform: 'qemu' })).toEqual(
      'its table of platforms has a form that Kindling does not know',
    )
    const elsewhere = bootEntry.replace('id=metal', 'id=metals')
    expect(await refusals({ 'loader.1/entries/ostree-1.conf': elsewhere }, { ...nothing, platform: 'qemu' })).toEqual(
      'its boot loader entry does not say ignition.platform.id=metal',
    )
    const strange = 'its boot loader entry has no single line of kernel arguments'
    expect(await refusals({ 'loader.1/entries/ostree-1.conf': 'title x\n' })).toEqual(strange)
    expect(await refusals({ 'loader.1/entries/ostree-1.conf': 'options a\noptions b\n' })).toEqual(strange)
    expect(await refusals({ 'loader.1/entries/ostree-1.conf': null, 'loader.1/entries/x': 'options a\n' })).toEqual(
      strange,
    )
  })

  test.each<[string, (image: Buffer) => void, string]>([
    ['no partition', (image) => image.fill(0, 512, 1024), 'it has no partition named boot'],
    ['no superblock', () => undefined, 'its boot partition is not ext4'],
  ])('is refused for an image with %s', async (_, change, reason) => {
    const image = makeRawImage({ size: 8 * mib })
    change(image)
    await expect(planMetal(readMemory(image), everything)).rejects.toMatchObject({
      code: 'first-boot-unsupported',
      details: { reason },
    })
  })

  test('is refused on s390x for what only zipl can change', async () => {
    const head = readMemory(makeRawImage({ size: 8 * mib, architecture: 's390x' }))
    await requireMetal(head, { ...nothing, config })
    for (const change of [
      { appendKargs: ['a'] },
      { deleteKargs: ['a'] },
      { consoles: [serial] },
      { platform: 'qemu' },
      { firstbootArgs: 'ip=dhcp' },
    ])
      await expect(requireMetal(head, { ...nothing, ...change })).rejects.toMatchObject({
        code: 'first-boot-unsupported',
      })
  })
})

describeWith(['command:mke2fs', 'command:debugfs'], 'a boot file system', () => {
  let good: Buffer
  beforeAll(async () => {
    good = await makeBootFileSystem()
  })

  const [unclean, unfamiliar] = [
    'its boot file system was not unmounted, or has errors',
    'its boot file system has a form that Kindling does not know',
  ]

  /** Changes fields of the superblock, which is at byte 1024. */
  const or32 = (offset: number, bits: number) => (image: Buffer) =>
    void image.writeUInt32LE((image.readUInt32LE(1024 + offset) | bits) >>> 0, 1024 + offset)
  const and32 = (offset: number, bits: number) => (image: Buffer) =>
    void image.writeUInt32LE((image.readUInt32LE(1024 + offset) & bits) >>> 0, 1024 + offset)

  test.each<[string, (image: Buffer) => void, string]>([
    ['was not unmounted', (image) => image.writeUInt16LE(0, 1024 + 0x3a), unclean],
    ['has errors', (image) => image.writeUInt16LE(3, 1024 + 0x3a), unclean],
    ['counted errors', or32(0x194, 1), unclean],
    ['has a journal to replay', or32(0x60, 0x4), unclean],
    ['has orphans', or32(0x64, 0x10000), unclean],
    ['has an orphan', or32(0xe8, 12), unclean],
    ['has verity', or32(0x64, 0x8000), unfamiliar],
    ['has quotas', or32(0x64, 0x100), unfamiliar],
    ['has inline data', or32(0x60, 0x8000), unfamiliar],
    ['is encrypted', or32(0x60, 0x10000), unfamiliar],
    ['has fast commits', or32(0x5c, 0x400), unfamiliar],
    ['has no journal', and32(0x5c, ~0x4), unfamiliar],
    ['has its journal elsewhere', (image) => image.writeUInt32LE(9, 1024 + 0xe0), unfamiliar],
    ['has no checksums', and32(0x64, ~0x400), unfamiliar],
    ['has no extents', and32(0x60, ~0x40), unfamiliar],
    ['has another label', (image) => image.write('root', 1024 + 0x78, 'latin1'), unfamiliar],
    ['is larger than its partition', (image) => image.writeUInt32LE(16 * 1024 + 1, 1024 + 4), unfamiliar],
    ['has blocks of 2048 bytes', (image) => image.writeUInt32LE(1, 1024 + 0x18), unfamiliar],
    ['has revision 0', (image) => image.writeUInt32LE(0, 1024 + 0x4c), unfamiliar],
    ['has inodes of 512 bytes', (image) => image.writeUInt16LE(512, 1024 + 0x58), unfamiliar],
    ['is not ext4', (image) => image.writeUInt16LE(0, 1024 + 0x38), 'its boot partition is not ext4'],
  ])('that %s is refused', async (_, change, reason) => {
    const image = Buffer.from(good)
    change(image)
    await expect(requireEditableExt4(readMemory(image), image.length)).rejects.toMatchObject({
      code: 'first-boot-unsupported',
      details: { reason },
    })
    expect(await requireEditableExt4(readMemory(good), good.length)).toBeTruthy()
  })

  test('whose journal has a start is refused, whatever its flags say', async () => {
    const image = Buffer.from(good)
    const journal = image.indexOf(Buffer.from('c03b39980000000', 'hex'))
    image.writeUInt32BE(1, journal + 0x1c)
    await expect(requireEditableExt4(readMemory(image), image.length)).rejects.toMatchObject({
      details: { reason: unclean },
    })
  })

  test('with a wrong checksum is not changed', async () => {
    const image = Buffer.from(good)
    image[1024 + 0x3fc]! ^= 1
    const change = changeExt4(new OverlayDisk(readMemory(image)), (files) => files.mkdir('/a'))
    await expect(change).rejects.toMatchObject({ code: 'first-boot-unsupported' })
  })

  test('that cannot be read fails with the error of the drive, and another one can be changed then', async () => {
    const gone = new Error('gone')
    let reads = 0
    const failing = new OverlayDisk(async (offset, length) => {
      if (++reads > 5) throw gone
      return readMemory(good)(offset, length)
    })
    await expect(changeExt4(failing, (files) => files.mkdir('/a'))).rejects.toBe(gone)
    const disk = new OverlayDisk(readMemory(good))
    await changeExt4(disk, (files) => files.mkdir('/a'))
    expect((await disk.edits()).length).toBeGreaterThan(0)
  })

  test('is changed without leaving listeners that end the process', async () => {
    await changeExt4(new OverlayDisk(readMemory(good)), (files) => files.mkdir('/a'))
    const listeners = (['uncaughtException', 'unhandledRejection'] as const).flatMap((event) =>
      process.listeners(event as 'uncaughtException').map(String),
    )
    expect(listeners.filter((each) => /throw (ex|reason)/.test(each))).toEqual([])
  })
})
