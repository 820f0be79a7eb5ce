import { expect } from 'vitest'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseBlockTree } from '../../../src-main/drives/linux/block-tree.ts'
import { toDrive } from '../../../src-main/drives/linux/to-drive.ts'
import { createDrives } from '../../../src-main/create-drives.ts'
import { isPlain } from '../../../src-shared/plain.ts'
import { makeLoop } from '../../support/drives/devices.ts'
import { privateDirectories } from '../../support/programs/private-directories.ts'
import { runKindling } from '../../support/worlds/run-kindling.ts'
import { runTool } from '../../support/programs/run-tool.ts'
import { signedBytes, type HostileWorld } from '../hostile-world.ts'
import type { Tampering } from '../tampering.ts'

const escape = '\u001b[2J'
const unseen = `${escape}\u009b1A\u202e\u200b\nFake line`

/** Checks that the command line's output, plain and JSON, contains no invisible characters. */
async function expectPlainOutput(args: string[], env: Record<string, string>, shown: string) {
  for (const more of [[], ['--json']]) {
    const { stdout, stderr } = await runKindling([...args, ...more], { env })
    for (const line of `${stdout}${stderr}`.split('\n')) expect(isPlain(line), JSON.stringify(line)).toBe(true)
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Fake'))).toEqual([])
    expect(stdout).toContain(shown)
  }
}

const withImages = async (world: HostileWorld, images: unknown) => {
  const text = structuredClone(world.metadata)
  text.architectures[world.architecture]!.images = images as Record<string, unknown>
  await world.mirror.put('streams/clouds.json', JSON.stringify(text))
  return { KINDLING_STREAM_BASE_URL: world.baseUrl }
}

export const shownTexts: Tampering[] = [
  {
    what: 'a cloud image’s name',
    meet: async (world) =>
      expectPlainOutput(
        ['list', '--images', '-s', 'clouds'],
        await withImages(world, { aws: { [`region${unseen}`]: `ami-1234${unseen}` } }),
        'ami-1234',
      ),
    code: null,
  },
  {
    what: 'the name that was kept with an image',
    async meet(world) {
      const home = world.path('home')
      const images = join(home, 'cache/kindling/images')
      await mkdir(images, { recursive: true })
      await writeFile(join(images, 'a'.repeat(64)), 'an image')
      await writeFile(join(images, `${'a'.repeat(64)}.name`), `fedora${unseen}`)
      await expectPlainOutput(['cache', 'list'], privateDirectories(home), 'fedora')
    },
    code: null,
  },
  {
    what: 'the name of a file on the command line',
    async meet(world) {
      const path = world.path(`image${escape}\u202e.raw`)
      await writeFile(path, world.raw)
      const drive = await world.save('drive.img', Buffer.alloc(5 * 1024 * 1024))
      await expectPlainOutput(['write', '--image-file', path, '--insecure', '--yes', '--drive', drive], {}, 'image')
    },
    code: null,
  },
  {
    what: 'the owner that a key names',
    async meet(world) {
      const name = `Fedora${escape}\u202e`
      await world.gpg.key(name)
      const signature = await world.gpg.sign(name, signedBytes)
      const { signer } = (await world.prove(signature, await world.gpg.keyring(name))) as { signer: string }
      expect(signer).toBe('Fedora\\u{1b}[2J\\u{202e} <key@example.org>')
    },
    code: null,
  },
  {
    what: 'the label of a file system, and of its partition',
    async meet() {
      const partition = { size: 16 * 1024 * 1024, fileSystem: 'ext4' as const }
      const loop = await makeLoop({ size: 40 * 1024 * 1024, partitions: [partition] })
      try {
        await runTool('e2label', [loop.partitions[0]!, `A${escape}\u202eB`])
        const drive = await createDrives().inspect(loop.device)
        const [{ label } = { label: null }] = drive.contents
        expect(label).toMatch(/^A.*B$/)
        expect(isPlain(label!), JSON.stringify(label)).toBe(true)
      } finally {
        await loop.dispose()
      }
    },
    code: null,
    needs: ['loop'],
  },
  {
    what: 'what a stick says of itself, in recorded output of lsblk',
    async meet() {
      const recorded = await readFile(join(import.meta.dirname, '../../fixtures/lsblk/usb-stick.json'), 'utf8')
      const text = JSON.parse(recorded, (name, value: unknown) =>
        ['label', 'model', 'serial', 'vendor', 'mountpoint'].includes(name) ? `${name}${unseen}` : value,
      ) as unknown
      for (const device of parseBlockTree(JSON.stringify(text))) {
        const drive = toDrive(device, {
          byId: null,
          system: null,
          users: [],
          presence: { attachment: null, medium: null },
        })
        const { device: _, ...shown } = drive.identity
        expect(isPlain(JSON.stringify([drive.name, shown, drive.contents, drive.refusals]))).toBe(true)
        expect(drive.identity.serial).toContain('serial\\u{1b}[2J\\u{9b}1A\\u{202e}\\u{200b} Fake line')
      }
    },
    code: null,
  },
  {
    what: 'a name that a person asks for, and that is not there',
    async meet() {
      const { stderr } = await runKindling(['verify', '--drive', `/tmp/no${unseen}`])
      for (const line of stderr.split('\n')) expect(isPlain(line), JSON.stringify(line)).toBe(true)
      expect(stderr).toContain('There is no drive')
    },
    code: null,
  },
]
