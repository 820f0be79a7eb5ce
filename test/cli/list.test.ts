import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Artifact, CloudImage } from '../../src-shared/artifact.ts'
import { testWith } from '../support/run/needs.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { makeZram, run as runTool } from '../support/drives/devices.ts'
import { expectFailed, expectGrammar, warningsOf } from '../support/expect/expect-events.ts'
import { runKindling, type Run } from '../support/worlds/run-kindling.ts'
import { namedWithShared, sharedFile } from '../support/run/shared.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 256 * 1024 })
})
afterAll(() => world.dispose())

/** Returns the last event of a command that is not a job. */
function expectAnswer<T>(run: Run): T {
  expectGrammar(run)
  expect(run.code, run.stdout).toBe(0)
  return run.events.at(-1) as unknown as T
}

const list = async (...args: string[]) =>
  expectAnswer<{ artifacts: Artifact[] }>(await world.call(['list', '--json', ...args])).artifacts

describe('kindling', () => {
  test('shows help for itself and for every command', async () => {
    const help = await world.kindling(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    const commands = ['streams', 'list', 'releases', 'drives', 'download', 'write', 'verify']
    const helps = await Promise.all(commands.map((command) => world.call([command, '--help'])))
    for (const [index, command] of commands.entries()) {
      expect(help.stdout).toContain(`  ${command} `)
      expect(helps[index]).toMatchObject({ code: 0, stderr: '' })
      expect(helps[index]!.stdout).toContain(`Usage: kindling ${command}`)
      expect(helps[index]!.stdout).toContain('--json')
      expect(helps[index]!.stdout).not.toContain('[]')
    }
    for (const option of ['--image-url', '--image-file', '--signature', '--sha256', '--keyring', '--insecure'])
      expect(helps[commands.indexOf('write')]!.stdout).toContain(option)
  })

  test('says its version', async () => {
    expect((await world.call(['--version'])).stdout).toMatch(
      /^\d+\.\d+\.\d+ \(commit [0-9a-f]{40}(-changed)?, Node \d+\.\d+\.\d+\)\n$/,
    )
  })

  test('words a wrong use, and exits with 2', async () => {
    const wrong: string[][] = [
      [],
      ['burn'],
      ['list', '--speed'],
      ['write', '--yes'],
      ['write', '--drive', 'x', '-u', 'http://127.0.0.1/x', '--image-file', 'x'],
      ['write', '--drive', 'x', '-s', 'next', '--image-file', 'x'],
      ['write', '--drive', 'x', '--sha256', 'abc'],
      ['write', '--drive', 'x', '--fetch-retries', 'many'],
      ['list', '-s', '../../etc/passwd'],
      ['list', '--stream-base-url', 'ftp://example.org/'],
    ]
    for (const args of wrong) {
      const [people, program] = await Promise.all([world.call(args), world.call([...args, '--json'])])
      expect(people.code, args.join(' ')).toBe(2)
      expect(people.stdout).toBe('')
      expect(people.stderr).toMatch(/^kindling: \S.*\n/m)
      expect(people.stderr).toContain('code: usage')
      expectFailed(program, 'usage', 2)
    }
  })
})

describe('releases', () => {
  const versions = ['44.20260707.3.1', '44.20260623.3.0']
  beforeAll(() =>
    world.mirror.put(
      'prod/streams/stable/releases.json',
      JSON.stringify({
        stream: 'stable',
        note: 'For use by tools.',
        releases: versions.toReversed().map((version) => ({ version, metadata: `${world.mirror.url}${version}.json` })),
      }),
    ),
  )

  test('names every release of a stream, newest first', async () => {
    const run = await world.call(['releases', '--json'])
    expect(expectAnswer(run)).toMatchObject({
      stream: 'stable',
      note: 'For use by tools.',
      releases: versions.map((version) => ({ version })),
    })
    expect(warningsOf(run)).toEqual([])
  })

  test('prints a table for people, and the note of the publisher once', async () => {
    const run = await world.call(['releases'])
    expect(run).toMatchObject({
      code: 0,
      stdout: 'RELEASE          DATE\n44.20260707.3.1  2026-07-07\n44.20260623.3.0  2026-06-23\n',
    })
    expect(run.stderr.split('For use by tools.')).toHaveLength(2)
  })

  test('fails when the server has no list', async () =>
    expectFailed(await world.call(['releases', '-s', 'next', '--json']), 'releases-unknown', 2))

  test('fails when the list is damaged, once the update graph is stored', async () => {
    await world.mirror.put('prod/streams/damaged/releases.json', '{"releases":[{"version":"44.20260707.3.1"}]}')
    await world.mirror.put('updates/damaged.json', '{"releases":[]}')
    world.mirror.fault('updates/damaged.json', { kind: 'slow', bytesPerSecond: 50 })
    const failure = expectFailed(await world.call(['releases', '-s', 'damaged', '--json']), 'metadata-malformed', 1)
    expect(failure.details).toMatchObject({ place: 'releases["0"].metadata' })
  })
})

describe('streams', () => {
  test('names the streams of a mirror, and warns of those that it has not', async () => {
    const run = await world.call(['streams', '--json'])
    const { streams } = expectAnswer<{ streams: { stream: string; releases: string[] }[] }>(run)
    expect(streams).toMatchObject([
      { stream: 'stable', releases: [world.release], architectures: [world.architecture], offline: null },
    ])
    expect(warningsOf(run)).toEqual(['stream-unknown', 'stream-unknown'])
  })

  test('prints a table for people', async () => {
    const run = await world.call(['streams'])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(new RegExp(`^STREAM .*\\nstable +${world.release} +${world.architecture} `))
    expect(run.stderr).toMatch(/testing/)
  })

  test('fails when no stream can be had', async () => {
    const run = await world.call(['streams', '--json', '--stream-base-url', `${world.mirror.url}nothing/`])
    expectFailed(run, 'stream-unknown', 2)
  })
})

describe('list', () => {
  test('lists everything unless narrowed, without a request per artifact', async () => {
    const before = world.mirror.requests.length
    const artifacts = await list()
    expect(world.mirror.requests.length - before).toBe(1)
    expect(artifacts.map(({ format, name }) => `${format} ${name}`)).toEqual([
      '4k.raw.xz disk',
      'iso disk',
      'pxe kernel',
      'pxe initramfs',
      'pxe rootfs',
      'raw.xz disk',
      'qcow2.xz disk',
    ])
    const published = world.metadata.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
    expect(artifacts[5]).toEqual({
      stream: 'stable',
      architecture: world.architecture,
      platform: 'metal',
      release: world.release,
      format: 'raw.xz',
      name: 'disk',
      location: published.location,
      signature: published.signature,
      sha256: published.sha256,
      uncompressedSha256: published['uncompressed-sha256'],
    })
  })

  test('narrows by architecture, platform and format', async () => {
    expect(await list('-p', 'qemu')).toHaveLength(1)
    expect(await list('-f', 'pxe')).toHaveLength(3)
    expect(await list('-a', world.architecture, '-p', 'metal', '-f', 'iso')).toHaveLength(1)
  })

  test('says what there is when nothing is left', async () => {
    const failure = expectFailed(await world.call(['list', '-a', 'vax', '--json']), 'artifact-unknown', 2)
    expect(failure.details).toMatchObject({ available: [world.architecture] })
  })

  test('shows release, location, signature and hashes to people', async () => {
    const run = await world.call(['list', '-p', 'metal', '-f', 'raw.xz'])
    const published = world.metadata.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
    expect(run).toMatchObject({ code: 0, stderr: '' })
    for (const value of [world.release, ...Object.values(published)]) expect(run.stdout).toContain(value)
  })

  test('lists cloud images, whatever they hold', async () => {
    const images = async (...args: string[]) =>
      expectAnswer<{ images: CloudImage[] }>(await world.call(['list', '--images', '--json', ...args])).images
    expect(await images()).toMatchObject(
      [
        { platform: 'aws', image: { regions: { 'us-east-1': { image: /^ami-/ } } } },
        { platform: 'gcp', image: { project: 'fedora-coreos-cloud', family: 'fedora-coreos-stable' } },
      ].map((image) => ({ ...image, image: expect.anything() })),
    )
    expect(await images('-p', 'gcp')).toHaveLength(1)
    const { stdout } = await world.call(['list', '--images'])
    expect(stdout).toMatch(/regions\.us-east-1\.image {2}ami-[0-9a-f]+/)
    expect(stdout).toMatch(/project {2}fedora-coreos-cloud/)
  })

  test('lists the images of a cloud that nobody has seen yet, and leaves out what is null', async () => {
    const stream = await world.publish((metadata) => {
      metadata.architectures[world.architecture]!.images = {
        nebula: { zones: [{ id: 'n-1', old: null }], digest: { sha256: 'a'.repeat(64) } },
        toaster: 'slot-7',
      }
    })
    const { stdout, code } = await world.call(['list', '--images', '-s', stream])
    expect(code).toBe(0)
    expect(stdout).toBe(
      [
        `${world.architecture} nebula`,
        '  zones.0.id  n-1',
        `  digest.sha256  ${'a'.repeat(64)}`,
        `${world.architecture} toaster`,
        '  slot-7',
        '',
      ].join('\n'),
    )
  })

  test('says that no cloud image is published', async () => {
    const run = await world.call(['list', '--images', '-a', 'ppc64le', '--json'])
    expect(expectAnswer<{ images: CloudImage[] }>(run).images).toEqual([])
    expect(warningsOf(run)).toEqual(['cloud-images-none'])
    expect(await world.call(['list', '--images', '-a', 'ppc64le'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '! No cloud image is published for stable, ppc64le.\n',
    })
  })

  test('passes strange metadata through', async () => {
    const stream = await world.publish((metadata) => {
      Object.assign(metadata, { 'x-future': [1, 2, 3] })
      const { artifacts } = metadata.architectures[world.architecture]!
      artifacts['metal']!.formats['raw.xz']!['disk']!.signature = undefined as unknown as string
      Object.assign(artifacts['metal']!, { 'digest-ref': null })
      artifacts['toaster'] = {
        release: '1',
        formats: { 'crumbs.zst': { tray: { location: 'http://127.0.0.1/x', sha256: 'a'.repeat(64) } } },
      }
      metadata.architectures['riscv128'] = { artifacts: { metal: { release: '2', formats: {} } } }
      Object.assign(metadata.architectures['riscv128'], { 'rhel-coreos-extensions': { odd: true } })
    })
    const artifacts = await list('-s', stream)
    expect(artifacts.find(({ platform }) => platform === 'toaster')).toMatchObject({
      format: 'crumbs.zst',
      name: 'tray',
      signature: null,
    })
    expect(artifacts.find(({ format }) => format === 'raw.xz')).toMatchObject({ signature: null })
  })

  test('shows what was last seen when the server is gone, and how old it is', async () => {
    const stream = await world.publish(() => {})
    const env = { XDG_CACHE_HOME: world.path('cache') }
    await world.call(['list', '-s', stream, '--json'], { env })
    world.mirror.fault(`streams/${stream}.json`, { kind: 'status', status: 503 })
    const run = await world.call(['list', '-s', stream, '--json'], { env })
    const answer = expectAnswer<{ offline: string; ageSeconds: number; artifacts: Artifact[] }>(run)
    expect(answer.artifacts).toHaveLength(7)
    expect(answer.offline).toMatch(/503/)
    expect(answer.ageSeconds).toBeGreaterThanOrEqual(0)
    expect(warningsOf(run)).toEqual(['catalog-offline'])
  })

  test('asks conditionally for what it has seen', async () => {
    const stream = await world.publish(() => {})
    const env = { XDG_CACHE_HOME: world.path('cache') }
    for (let times = 0; times < 2; times++) await world.call(['list', '-s', stream, '--json'], { env })
    expect(world.mirror.requestsFor(`streams/${stream}.json`).map(({ status }) => status)).toEqual([200, 304])
  })

  for (const [name, combinations] of [
    ['stable-2021-06-15', 15],
    ['stable-2026-07', 52],
    ['testing-2026-07', 0],
    ['next-2026-07', 0],
  ] as const) {
    const file = `streams/${name}.json`
    test.skipIf(sharedFile(file) === null)(
      namedWithShared(`lists every artifact and cloud image of ${name}`, file),
      async () => {
        const text = await readFile(sharedFile(file)!, 'utf8')
        await world.mirror.put(file, text)
        const artifacts = await list('-s', name)
        const { architectures } = JSON.parse(text) as typeof world.metadata
        const expected = Object.entries(architectures).flatMap(([architecture, { artifacts: platforms }]) =>
          Object.entries(platforms).flatMap(([platform, { formats }]) =>
            Object.entries(formats).flatMap(([format, files]) =>
              Object.keys(files).map((part) => `${architecture} ${platform} ${format} ${part}`),
            ),
          ),
        )
        expect(artifacts.map((one) => `${one.architecture} ${one.platform} ${one.format} ${one.name}`)).toEqual(
          expected,
        )
        const distinct = new Set(artifacts.map((one) => `${one.architecture} ${one.platform} ${one.format}`))
        if (combinations > 0) expect(distinct.size).toBe(combinations)
        const run = await world.call(['list', '--images', '--json', '-s', name])
        const { images } = expectAnswer<{ images: CloudImage[] }>(run)
        for (const { architecture, platform, image } of images)
          expect(image).toEqual(architectures[architecture]!.images![platform])
        expect(images).toHaveLength(
          Object.values(architectures).flatMap(({ images }) => Object.keys(images ?? {})).length,
        )
        if (name.includes('2021')) expect(warningsOf(run)).toContain('cloud-images-old')
      },
    )
  }
})

describe('environment', () => {
  test('takes the base URL from KINDLING_STREAM_BASE_URL, unless one is given', async () => {
    const env = { KINDLING_STREAM_BASE_URL: 'http://127.0.0.1:9/' }
    const run = await world.call(['list', '--json'], { env })
    expectFailed(run, 'network-unreachable', 1)
    const given = await world.call(['list', '--json', '--stream-base-url', world.baseUrl], { env })
    expect(given.code).toBe(0)
  })

  test('takes a base URL without its last slash', async () => {
    expect(await list('--stream-base-url', world.baseUrl.replace(/\/$/, ''))).toHaveLength(7)
  })
})

describe('drives', () => {
  interface Listed {
    drives: {
      identity: { device: string; size: number }
      sectorSize: number
      refusals: { code: string; title: string }[]
    }[]
  }
  const drives = async (...args: string[]) =>
    expectAnswer<Listed>(await world.call(['drives', '--json', ...args])).drives

  testWith(['zram'], 'lists a drive that has appeared, and no longer when it is gone', async () => {
    const zram = await makeZram(16 * 1024 * 1024)
    try {
      const found = (await drives()).find(({ identity }) => identity.device === zram.device)
      expect(found).toMatchObject({ identity: { size: 16 * 1024 * 1024 }, sectorSize: 4096, refusals: [] })
      expect((await world.call(['drives'])).stdout).toMatch(new RegExp(`^${zram.device} .*16\\.8 MB`, 'm'))
    } finally {
      await zram.dispose()
    }
    expect((await drives('--all')).map(({ identity }) => identity.device)).not.toContain(zram.device)
  })

  testWith(['zram', 'swap'], 'shows with --all what cannot be written, and why', async () => {
    const [zram, free] = await Promise.all([makeZram(16 * 1024 * 1024), makeZram(16 * 1024 * 1024)])
    try {
      await runTool('mkswap', zram.device)
      await runTool('swapon', zram.device)
      const devices = (await drives()).map(({ identity }) => identity.device)
      expect(devices).not.toContain(zram.device)
      expect(devices).toContain(free.device)
      const all = await drives('--all')
      const find = (device: string) => all.find(({ identity }) => identity.device === device)
      const refused = find(zram.device)
      expect(refused?.refusals.map(({ code }) => code)).toEqual(['drive-system'])
      expect(find(free.device)?.refusals).toEqual([])
      expect((await world.call(['drives', '--all'])).stdout).toContain(refused!.refusals[0]!.title)
    } finally {
      await Promise.all([zram.dispose(), free.dispose()])
    }
  })
})

test('ends quietly when nobody reads on', async () => {
  const text = sharedFile('streams/stable-2026-07.json')
  if (text) await world.mirror.put('streams/long.json', await readFile(text, 'utf8'))
  const stream = text ? 'long' : 'stable'
  const { stdout } = await runKindling(['list', '-s', stream, '--stream-base-url', world.baseUrl], {
    as: (program) => ['bash', '-c', '"$@" | head -1; echo "${PIPESTATUS[0]}"', 'bash', ...program],
  })
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0')
})
