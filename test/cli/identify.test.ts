import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Identification } from '../../src-shared/identification.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { gz, xz } from '../support/images/compress.ts'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { makeLoop, makeZram, run as runTool } from '../support/drives/devices.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, expectGrammar, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { makeIso } from '../support/images/iso-image.ts'
import { startMirror } from '../support/mirror/mirror.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { publishStream } from '../support/mirror/publish-stream.ts'
import type { Run } from '../support/worlds/run-kindling.ts'
import { errno, makeServedDrive } from '../support/drives/served-drive.ts'
import { sharedFile } from '../support/run/shared.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
/** Directories of a user who has identified a drive before, so that all sizes are cached. */
let home: Record<string, string>
beforeAll(async () => {
  world = await makeCliWorld()
  home = privateDirectories(world.path('home'))
})
afterAll(() => world.dispose())

const names = (format: string) => ({
  stream: 'stable',
  release: world.release,
  architecture: world.architecture,
  platform: 'metal',
  format,
})
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Creates a drive file with an image at its start, followed by old bytes. */
async function driveWith(image: Uint8Array, behind = mib + 4096): Promise<string> {
  const path = world.path('drive.img')
  await writeFile(path, Buffer.concat([image, Buffer.alloc(behind, 0x6b)]))
  return path
}

const identify = (drive: string, env = home, args: string[] = [], how: 'call' | 'kindling' = 'call') =>
  world[how](['identify', '--drive', drive, '--json', ...args], { env })

/**
 * Returns the result of a run with `--json`.
 * @param exit – expected exit code: 0 if an image was identified, 4 if not
 */
function expectIdentified(run: Run, exit: 0 | 4): Identification {
  expectGrammar(run)
  const last = run.events.at(-1)!
  expect(last, run.stdout).toMatchObject({ event: 'done', receipt: null, job: 'identify' })
  expect(run.code).toBe(exit)
  const identification = last as unknown as Identification
  expect(identification.identified === null).toBe(exit === 4)
  expect(identification.match === null).toBe(exit === 4)
  return identification
}

const requestsForImages = () => world.mirror.requests.filter(({ path }) => !path.startsWith('/streams/')).length

/**
 * Changes a drive as the first boot does: the disk gets a new GUID, and its backup table moves to
 * the end of the drive.
 */
async function bootOnce(drive: string) {
  await runTool('sgdisk', '-e', '-G', drive)
}

describe('identify', () => {
  test('knows what a drive holds, whatever follows it there', async () => {
    for (const [format, image] of [
      ['raw.xz', world.raw],
      ['4k.raw.xz', world.raw4k],
      ['iso', world.iso],
    ] as const)
      for (const behind of [0, 512, 3 * mib]) {
        const drive = await driveWith(image, behind)
        const before = await readFile(drive)
        // Run as a separate process if nothing follows the image; otherwise in this process.
        const run = await identify(drive, home, [], behind === 0 ? 'kindling' : 'call')
        const { identified, match, hints, drive: read } = expectIdentified(run, 0)
        expect(identified).toEqual(names(format))
        expect(match).toEqual({
          imageSize: image.length,
          sha256: sha256(image),
          knownFrom: 'stream',
          baseUrl: world.baseUrl,
          alsoPublishedAs: [],
        })
        expect(hints).toEqual([])
        expect(read).toMatchObject({ bytesRead: image.length, retries: 0 })
        expect(phasesOf(run)).toEqual(['prepare', 'read-back'])
        expectSame(await readFile(drive), before)
      }
  })

  test('asks for no image again whose size it has learnt, and never for a whole one', async () => {
    const env = privateDirectories(world.path('home'))
    const before = requestsForImages()
    const drive = await driveWith(world.raw)
    expectIdentified(await identify(drive, env), 0)
    const asked = requestsForImages()
    expect(asked).toBeGreaterThan(before)
    expect(world.mirror.requestsFor(world.find('qcow2.xz').location)).toEqual([])
    expect(world.mirror.requestsFor(world.find('pxe', 'kernel').location)).toEqual([])
    const sent = world.mirror.requestsFor(world.find('raw.xz').location).reduce((sum, each) => sum + each.bytesSent, 0)
    expect(sent).toBeLessThan(world.rawXz.length / 2)
    expectIdentified(await identify(drive, env), 0)
    expect(requestsForImages()).toBe(asked)
    expect(await readdir(join(env['XDG_STATE_HOME']!, 'kindling'))).not.toContain('receipts')
  })

  test('knows no drive on which one bit was flipped, and says what it looks like', async () => {
    const image = Buffer.from(world.raw)
    image[4_321_000]! ^= 1
    const { hints, statement } = expectIdentified(await identify(await driveWith(image)), 4)
    expect(statement).toBe('The drive matches none of the images Kindling knows.')
    expect(hints).toEqual([
      {
        hint: 'partitions',
        table: 'GPT',
        sectorSize: 512,
        count: 4,
        partitions: ['BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root'].map((name) => expect.objectContaining({ name })),
        coreos: true,
        architecture: 'x86_64',
        booted: false,
      },
    ])
  })

  test('tells an ISO that was changed by its volume name', async () => {
    const iso = makeIso({ size: 200_000, version: '43.20260105.2.1', architecture: 'aarch64' })
    expect(expectIdentified(await identify(await driveWith(iso)), 4).hints).toEqual([
      { hint: 'iso', volumeId: 'fedora-coreos-43.20260105.2.1', release: '43.20260105.2.1', stream: 'testing' },
    ])
  })

  test('tells a drive whose first MiB is zeros without reading on', async () => {
    const drive = await driveWith(Buffer.alloc(8 * mib), 0)
    const { hints, drive: read } = expectIdentified(await identify(drive), 4)
    expect(hints).toEqual([{ hint: 'cleared' }])
    expect(read.bytesRead).toBe(0)
  })

  test('reads nothing of a drive that is smaller than every image', async () => {
    const { drive } = expectIdentified(await identify(await driveWith(Buffer.alloc(9000, 1), 0)), 4)
    expect(drive.bytesRead).toBe(0)
  })

  test('finds a .gz whose size only its end tells', async () => {
    const raw = makeRawImage({ size: 2 * mib, seed: 99 })
    const location = await world.serve('applehv.raw.gz', await gz(raw))
    const mirror = await makeCliWorld({ imageSize: 2 * mib })
    try {
      mirror.metadata.architectures[mirror.architecture]!.artifacts['applehv'] = {
        release: mirror.release,
        formats: {
          'raw.gz': { disk: { location, sha256: sha256(await gz(raw)), 'uncompressed-sha256': sha256(raw) } },
        },
      }
      await mirror.mirror.put('streams/stable.json', JSON.stringify(mirror.metadata))
      const run = await identify(await driveWith(raw), privateDirectories(world.path('home')), [
        '--stream-base-url',
        mirror.baseUrl,
      ])
      expect(expectIdentified(run, 0).identified).toMatchObject({ platform: 'applehv', format: 'raw.gz' })
    } finally {
      await mirror.dispose()
    }
  })

  test('names every name of the same bytes, and tells two images of one size apart', async () => {
    // The two raw images have the same size. The stream `next` publishes the bytes of `stable`.
    const env = privateDirectories(world.path('home'))
    const next = structuredClone(world.metadata)
    next.architectures[world.architecture]!.artifacts['metal']!.release = '44.20260721.1.0'
    await world.mirror.put('streams/next.json', JSON.stringify(next))
    try {
      const { identified, match } = expectIdentified(await identify(await driveWith(world.raw4k), env), 0)
      expect(identified).toEqual(names('4k.raw.xz'))
      expect(match!.alsoPublishedAs).toEqual([{ ...names('4k.raw.xz'), stream: 'next', release: '44.20260721.1.0' }])
    } finally {
      world.mirror.remove('streams/next.json')
    }
  })

  test('says it in words', async () => {
    const known = await world.call(['identify', '--drive', await driveWith(world.iso)], { env: home })
    expect(known.code).toBe(0)
    expect(known.stdout).toContain('The drive matches this image')
    expect(known.stdout).toContain(`stable ${world.release} ${world.architecture} metal iso`)
    const unknown = await world.call(
      ['identify', '--drive', await driveWith(makeIso({ size: 100_000, version: '43.20260105.3.1' }))],
      { env: home },
    )
    expect(unknown.code).toBe(4)
    expect(unknown.stdout).toContain('fedora-coreos-43.20260105.3.1 (release 43.20260105.3.1, stream stable)')
    expect(unknown.stdout).toContain('It is not proof')
  })

  test('needs a drive, and a base URL that is one', async () => {
    expect(expectFailed(await identify(world.path('nowhere')), 'drive-missing', 3).driveState).toBe('untouched')
    const empty = world.path('empty.img')
    await writeFile(empty, '')
    // An empty file must not count as a drive whose first MiB is zeros.
    const failure = expectFailed(await identify(empty), 'drive-unusable', 3)
    expect(failure).toMatchObject({ title: `${empty} is an empty file, not a drive`, driveState: 'untouched' })
    const drive = await driveWith(world.iso)
    expectFailed(await identify(drive, home, ['--stream-base-url', 'ftp://a.example/']), 'usage', 2)
  })
})

describeWith(['command:sgdisk', 'command:mke2fs'], 'a drive that has booted once', () => {
  test('is not identified: its partition table says that it has, and its boot entry what it was', async () => {
    const drive = await makeBootedDrive('44.20260707.3.1')
    expect(expectIdentified(await identify(drive), 4).hints).toEqual([
      {
        hint: 'partitions',
        table: 'GPT',
        sectorSize: 512,
        count: 4,
        partitions: ['BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root'].map((name) => expect.objectContaining({ name })),
        coreos: true,
        architecture: 'x86_64',
        booted: true,
      },
      {
        hint: 'boot-entry',
        title: 'Fedora CoreOS 44.20260707.3.1 (ostree:0)',
        release: '44.20260707.3.1',
        stream: 'stable',
        platform: 'metal',
      },
    ])
    const words = await world.call(['identify', '--drive', drive], { env: home })
    expect(words.stdout).toContain('started')
  })

  test('equalled its image until then', async () => {
    const drive = await driveWith(world.raw)
    expectIdentified(await identify(drive), 0)
    await bootOnce(drive)
    expect(expectIdentified(await identify(drive), 4).hints).toMatchObject([{ coreos: true, booted: true }])
    const verified = await world.call(['verify', '--drive', drive, '--json'], { env: home })
    const { advice } = expectFailed(verified, 'drive-booted', 4)
    expect(advice).toContain('This is normal')
  })
})

/**
 * Creates a drive with the partitions of Fedora CoreOS, a new disk GUID, and an ext4 `boot` filled
 * as ostree does it.
 */
async function makeBootedDrive(release: string): Promise<string> {
  const drive = world.path('drive.img')
  await writeFile(drive, Buffer.alloc(24 * mib))
  const names = ['BIOS-BOOT', 'EFI-SYSTEM', 'boot', 'root']
  await runTool(
    'sgdisk',
    ...names.flatMap((name, index) => ['-n', `${index + 1}:0:+${index === 2 ? 8 : 2}M`, '-c', `${index + 1}:${name}`]),
    drive,
  )
  const content = world.path('boot')
  await mkdir(join(content, 'loader.1/entries'), { recursive: true })
  await symlink('loader.1', join(content, 'loader'))
  await writeFile(
    join(content, 'loader.1/entries/ostree-1.conf'),
    `title Fedora CoreOS ${release} (ostree:0)\nversion 1\noptions ignition.platform.id=metal\nlinux /ostree/x\n`,
  )
  const boot = world.path('boot.img')
  await runTool('mke2fs', '-q', '-t', 'ext4', '-d', content, boot, '8M')
  const start = Number(/First sector: (\d+)/.exec(await runTool('sgdisk', '-i', '3', drive))![1]) * 512
  const bytes = await readFile(drive)
  ;(await readFile(boot)).copy(bytes, start)
  await writeFile(drive, bytes)
  return drive
}

describe('what is known', () => {
  test('is an older release that only the catalog cache holds', async () => {
    const old = await makeCliWorld({ imageSize: 2 * mib })
    const env = privateDirectories(world.path('home'))
    try {
      // The stream was read once; the sizes of its images were not requested.
      await world.call(['list', '--stream-base-url', old.baseUrl, '--json'], { env })
      const raw = makeRawImage({ size: 2 * mib, seed: 512 })
      const { identified, match } = expectIdentified(await identify(await driveWith(raw), env), 0)
      expect(identified).toMatchObject({ stream: 'stable', format: 'raw.xz' })
      expect(match).toMatchObject({ knownFrom: 'cache', baseUrl: old.baseUrl })
    } finally {
      await old.dispose()
    }
  })

  test('is a release that its stream has left behind since it was measured, without its server', async () => {
    const other = await makeCliWorld({ imageSize: 2 * mib })
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: other.baseUrl }
    const drive = await driveWith(other.raw)
    expectIdentified(await identify(drive, env), 0)
    const left = other.release
    await publishStream(other.mirror, {
      release: '44.20270101.3.0',
      signer: other.signer,
      files: { [other.architecture]: [{ ...other.find('iso'), name: 'disk', platform: 'metal', format: 'iso' }] },
    })
    const newer = expectIdentified(await identify(drive, env), 0)
    expect(newer.identified).toMatchObject({ release: left })
    await other.dispose()
    const run = await identify(drive, env)
    expect(expectIdentified(run, 0)).toMatchObject({ identified: { release: left }, match: { knownFrom: 'cache' } })
    expect(warningsOf(run)).toContain('catalog-offline')
  })

  test('is a release that its stream has left behind before anybody identified anything, offline and online', async () => {
    const old = await makeCliWorld({ imageSize: 2 * mib })
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: old.baseUrl }
    const list = () => old.call(['list', '--json'], { env })
    await list()
    const released = structuredClone(old.metadata)
    await publishStream(old.mirror, {
      release: '44.20270101.3.0',
      signer: old.signer,
      files: { [old.architecture]: [{ ...old.find('iso'), name: 'disk', platform: 'metal', format: 'iso' }] },
    })
    // Two processes see the release at the same time.
    await Promise.all([list(), list()])
    const metal = released.architectures[old.architecture]!.artifacts['metal']!
    const held = { stream: 'stable', release: old.release, architecture: old.architecture, platform: 'metal' }
    const drives = { 'raw.xz': old.raw, '4k.raw.xz': old.raw4k }
    for (const [format, raw] of Object.entries(drives)) {
      const { identified, match } = expectIdentified(await identify(await driveWith(raw), env), 0)
      expect(identified).toEqual({ ...held, format })
      expect(match).toMatchObject({
        knownFrom: 'cache',
        sha256: metal.formats[format]!['disk']!['uncompressed-sha256'],
      })
    }
    // No server was asked about images that are no longer published.
    expect(old.mirror.requestsFor(old.find('raw.xz').location)).toEqual([])
    await old.dispose()
    const run = await identify(await driveWith(old.raw), env)
    expect(expectIdentified(run, 0).identified).toEqual({ ...held, format: 'raw.xz' })
    const changed = Buffer.from(old.raw)
    changed[mib]! ^= 1
    expectIdentified(await identify(await driveWith(changed), env), 4)
  })

  test('is a release that only a receipt holds', async () => {
    const other = await makeCliWorld({ imageSize: 2 * mib })
    const env = privateDirectories(world.path('home'))
    const drive = world.path('drive.img')
    await writeFile(drive, Buffer.alloc(4 * mib, 0x6b))
    expectDone(await other.call(['write', '--drive', drive, '--yes', '--json'], { env }))
    await other.dispose()
    const state = { XDG_STATE_HOME: env['XDG_STATE_HOME']! }
    const { identified, match } = expectIdentified(
      await identify(drive, { ...privateDirectories(world.path('home')), ...state }),
      0,
    )
    expect(identified).toEqual({ ...names('raw.xz'), architecture: other.architecture, release: other.release })
    expect(match).toMatchObject({ knownFrom: 'receipt', baseUrl: null, imageSize: other.raw.length })
  })

  test('is told what of it could not be asked: without a network, and with nothing kept', async () => {
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:9/streams/' }
    const run = await identify(await driveWith(world.iso), env)
    const { hints, candidates, statement } = expectIdentified(run, 4)
    expect(candidates).toBe(0)
    expect(statement).toBe('Kindling knows no published image to compare the drive with.')
    expect(hints).toMatchObject([{ hint: 'iso', release: world.release }])
    expect(warningsOf(run).filter((code) => code === 'stream-unasked')).toHaveLength(3)
  })

  test('is told what of it could not be measured, and the others are found', async () => {
    const other = await makeCliWorld({ imageSize: 2 * mib })
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: other.baseUrl }
    try {
      const drive = await driveWith(other.raw)
      other.mirror.fault(other.find('raw.xz').location, { kind: 'status', status: 404 })
      const run = await identify(drive, env)
      // The image's partition table gives its size.
      expect(expectIdentified(run, 0).identified?.format).toBe('raw.xz')
      expect(run.events.filter(({ event }) => event === 'warning')).toMatchObject([
        { code: 'images-unmeasured', message: expect.stringMatching(/^The size of 1 published image .*404/) },
      ])
      expect(expectIdentified(await identify(await driveWith(other.iso), env), 0).identified?.format).toBe('iso')
      // Requests that failed are repeated in the next run.
      other.mirror.clearFaults()
      expectIdentified(await identify(drive, env), 0)
    } finally {
      await other.dispose()
    }
  })

  const [old, recent] = [sharedFile('streams/stable-2021-06-15.json'), sharedFile('streams/stable-2026-07.json')]
  test('are the images of Fedora’s real metadata, of 2021 and 2026', async (context) => {
    if (old === null || recent === null) return context.skip('no ../shared/streams')
    const mirror = await startMirror()
    for (const [file, release, format] of [
      [old, '34.20210529.3.0', '4k.raw.xz'],
      [recent, '44.20260707.3.1', 'raw.xz'],
      [recent, '44.20260707.3.1', 'iso'],
    ] as const) {
      // Real names with test data: every URL leads to the mirror, which has small images.
      const metadata = JSON.parse(await readFile(file, 'utf8')) as typeof world.metadata
      const raw = makeRawImage({ size: mib, seed: 3 })
      const content = format === 'iso' ? raw : await xz(raw)
      const metal = metadata.architectures['x86_64']!.artifacts['metal']!
      const disk = metal.formats[format]!['disk']!
      disk.sha256 = sha256(content)
      if (format !== 'iso') disk['uncompressed-sha256'] = sha256(raw)
      const text = JSON.stringify(metadata).replaceAll('https://builds.coreos.fedoraproject.org/', mirror.url)
      await mirror.put(new URL(disk.location).pathname, content)
      await mirror.put('fedora/stable.json', text)
      const run = await identify(await driveWith(raw), privateDirectories(world.path('home')), [
        '--stream-base-url',
        `${mirror.url}fedora/`,
      ])
      const { identified } = expectIdentified(run, 0)
      expect(identified).toEqual({ stream: 'stable', release, architecture: 'x86_64', platform: 'metal', format })
    }
    await mirror.close()
  })

  test('are those of a real release that was seen in 2021, in 2026 and without a network', async (context) => {
    if (old === null || recent === null) return context.skip('no ../shared/streams')
    const mirror = await startMirror()
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: `${mirror.url}fedora/` }
    const metadata = JSON.parse(await readFile(old, 'utf8')) as typeof world.metadata
    const raw = makeRawImage({ size: mib, seed: 2021 })
    const iso = makeIso({ size: 512 * 1024, version: '34.20210529.3.0' })
    const { formats } = metadata.architectures['x86_64']!.artifacts['metal']!
    formats['raw.xz']!['disk']!['uncompressed-sha256'] = sha256(raw)
    formats['iso']!['disk']!.sha256 = sha256(iso)
    for (const text of [JSON.stringify(metadata), await readFile(recent, 'utf8')]) {
      await mirror.put('fedora/stable.json', text)
      expect((await world.call(['list', '--json'], { env })).code).toBe(0)
    }
    await mirror.close()
    for (const [format, image] of [
      ['raw.xz', raw],
      ['iso', iso],
    ] as const) {
      const { identified, match } = expectIdentified(await identify(await driveWith(image), env), 0)
      expect(match?.knownFrom).toBe('cache')
      expect(identified).toEqual({ ...names(format), release: '34.20210529.3.0', architecture: 'x86_64' })
    }
  })
})

describe('a hostile mirror', () => {
  test('cannot make it read or remember without end', async () => {
    const other = await makeCliWorld({ imageSize: 2 * mib })
    const env = { ...privateDirectories(world.path('home')), KINDLING_STREAM_BASE_URL: other.baseUrl }
    try {
      const metal = other.metadata.architectures[other.architecture]!.artifacts['metal']!
      const { disk } = metal.formats['iso']!
      for (let number = 0; number < 3000; number++)
        metal.formats[`iso-${number}`] = { disk: { ...disk!, location: `${other.mirror.url}no/${number}.iso` } }
      // Image sizes that exceed any drive.
      const huge = await other.serve('huge.iso', other.iso)
      other.mirror.fault(huge, { kind: 'header', name: 'content-range', value: 'bytes 0-0/999999999999999' })
      metal.formats['huge'] = { disk: { ...disk!, location: huge } }
      await other.mirror.put('streams/stable.json', JSON.stringify(other.metadata))
      const before = other.mirror.requests.length
      const run = await identify(await driveWith(other.raw), env)
      expect(expectIdentified(run, 0).identified).toEqual({ ...names('raw.xz'), release: other.release })
      // Each image is requested a few times at most.
      expect(other.mirror.requests.length - before).toBeLessThan(1300)
      expect(run.stdout).toMatch(/Kindling asks for at most 400 at once/)
    } finally {
      await other.dispose()
    }
  })
})

describe('identify of a device', () => {
  testWith(
    ['zram', 'loop', 'mount'],
    'reads loop and zram drives past the cache, and warns of what is mounted',
    async () => {
      const loop = await makeLoop({ size: 16 * mib, partitions: [{ size: 8 * mib, fileSystem: 'ext4' }] })
      const zram = await makeZram(16 * mib)
      const mountpoint = world.path('mnt')
      try {
        await writeFile(zram.device, world.raw4k)
        const held = expectIdentified(await identify(zram.device), 0)
        expect(held).toMatchObject({ identified: names('4k.raw.xz'), drive: { pastCache: true } })
        // The ISO ends inside a 4096-byte sector.
        await writeFile(zram.device, world.iso)
        expect(expectIdentified(await identify(zram.device), 0).identified).toEqual(names('iso'))
        await runTool('mkdir', mountpoint)
        await runTool('mount', '-o', 'ro', loop.partitions[0]!, mountpoint)
        const run = await identify(loop.device)
        expectIdentified(run, 4)
        expect(warningsOf(run)).toEqual(['drive-mounted'])
        expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(mountpoint)
      } finally {
        await Promise.all([loop.dispose(), zram.dispose()])
      }
    },
  )

  testWith(['fuse'], 'finds an image before a sector that cannot be read, and fails at one within it', async () => {
    const drive = await makeServedDrive(Buffer.concat([world.raw, Buffer.alloc(4 * mib, 0x6b)]))
    // Another image is larger, so that the reading would continue past the end of this one.
    const larger = makeRawImage({ size: 8 * mib, seed: 8 })
    const env = privateDirectories(world.path('home'))
    const stream = structuredClone(world.metadata)
    const disk = stream.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
    const content = await xz(larger)
    disk.location = await world.serve('larger.raw.xz', content)
    disk.sha256 = sha256(content)
    disk['uncompressed-sha256'] = sha256(larger)
    await world.mirror.put('streams/testing.json', JSON.stringify(stream))
    try {
      let bad = world.raw.length
      drive.behaviour = {
        before: ({ kind, offset, length }) =>
          kind === 'read' && offset <= bad && bad < offset + length ? errno.EIO : undefined,
      }
      expect(expectIdentified(await identify(drive.device, env), 0).identified).toEqual(names('raw.xz'))
      bad = 5 * mib
      const failure = expectFailed(await identify(drive.device, env), 'drive-read-failed', 1)
      expect(failure.driveState).toBe('untouched')
    } finally {
      world.mirror.remove('streams/testing.json')
      await drive.dispose()
    }
  })
})
