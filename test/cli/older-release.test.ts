import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Artifact, OlderRelease } from '../../src-shared/artifact.ts'
import { expectDriveState, expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { testWith } from '../support/run/needs.ts'
import { publishReleases } from '../support/mirror/publish-releases.ts'
import { runInTerminal } from '../support/programs/run-in-terminal.ts'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'

// A stream that has moved on, with an index that names what it had.

const [first, barrier, dead, now] = [
  '33.20201201.3.0',
  '44.20260714.3.0',
  '44.20260630.3.0',
  '44.20260721.3.0',
] as const

let world: CliWorld
let chosen: string
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 2 * 1024 * 1024 })
  chosen = world.release
  await world.moveOn(now, 3 * 1024 * 1024)
  const { architectures } = world.metadata
  await publishReleases(world.mirror, {
    note: 'For use by tools.',
    releases: { [first]: architectures, [dead]: architectures, [chosen]: architectures, [barrier]: null, [now]: null },
    marks: {
      [first]: { barrier: { reason: 'https://example.org/first' } },
      [dead]: { deadend: { reason: 'https://example.org/dead' } },
      [barrier]: { barrier: { reason: 'https://example.org/keys' } },
    },
  })
})
afterAll(() => world.dispose())

const list = async (...args: string[]) => {
  const run = await world.call(['list', '--json', ...args])
  const last = run.events.at(-1) as unknown as { artifacts: Artifact[]; older: OlderRelease; images: unknown[] }
  return { ...last, run }
}

describe('list', () => {
  test('a release is listed as its metadata have it, with what it means', async () => {
    const { artifacts, older, run } = await list('-r', chosen)
    expect(artifacts).toHaveLength(7)
    expect(artifacts.every(({ release }) => release === chosen)).toBe(true)
    expect(older).toMatchObject({ release: chosen, now, barriers: [barrier], deadEnd: null })
    expect(warningsOf(run)).toEqual(['release-older-by-way'])
    const people = await world.call(['list', '-r', chosen])
    expect(people.stderr).toContain(`${chosen} was built `)
    expect(people.stderr).toContain(`it updates itself to that, through ${barrier}.`)
  })

  test('a dead end is told with its reason, and the newest release has nothing to tell', async () => {
    const { older, run } = await list('-r', dead)
    expect(older.deadEnd).toBe('https://example.org/dead')
    expect(warningsOf(run)).toEqual(['release-dead-end'])
    const { artifacts, run: latest } = await list('-r', now)
    expect(artifacts[0]!.release).toBe(now)
    expect(warningsOf(latest)).toEqual([])
  })

  test('AMIs older than 24 months are told as gone, newer ones are not', async () => {
    const { images, run } = await list('-r', first, '--images')
    expect(images).toHaveLength(2)
    expect(warningsOf(run)).toEqual(['release-older-by-way', 'cloud-images-old'])
    expect(warningsOf((await list('-r', first, '--images', '-p', 'gcp')).run)).toEqual(['release-older-by-way'])
  })

  test('a number that no index has is unknown, and what is near is told', async () => {
    const run = await world.call(['list', '-r', '44.20260708.3.0', '--json'])
    expect(expectFailed(run, 'release-unknown', 2).details).toMatchObject({ near: [barrier, chosen, dead] })
    const people = await world.call(['list', '-r', '44.20260708.3.0'])
    expect(people.stderr).toContain(`Close to it: ${barrier}, ${chosen}, ${dead}.`)
  })

  test('a build that was never published, and metadata that were removed, are told apart', async () => {
    const build = '44.20260709.3.0'
    await world.mirror.put('prod/streams/stable/builds/builds.json', JSON.stringify({ builds: [{ id: build }] }))
    expectFailed(await world.call(['list', '-r', build, '--json']), 'release-unpublished', 2)
    expectFailed(await world.call(['list', '-r', barrier, '--json']), 'release-pruned', 1)
  })
})

test('the table of releases has what the update graph says', async () => {
  const { stdout, stderr } = await world.call(['releases'])
  expect(stdout).toContain(`${dead}  2026-06-30  never updates: https://example.org/dead`)
  expect(stdout).toContain(`${barrier}  2026-07-14  older ones go through it: https://example.org/keys`)
  expect(stderr.split('For use by tools.')).toHaveLength(2)
})

test('an older release is written, proved by its signature, and proved again by verify', async () => {
  const drive = await world.makeDrive()
  const target = ['-r', chosen, '--drive', drive.path, '--json']
  const receipt = expectDone(await world.call(['write', '--yes', ...target]))
  expect(receipt).toMatchObject({
    image: { release: chosen, signature: { signer: expect.any(String) } },
    drive: { state: 'proved' },
    warnings: [{ code: 'release-older-by-way', details: { release: chosen, now, barriers: [barrier] } }],
  })
  expectDriveState('proved', { before: drive.before, after: await drive.read(), image: world.raw })
  expect(expectDone(await world.call(['verify', ...target])).image.release).toBe(chosen)
})

testWith(['command:script'], 'what an older release means is told before the question, and once', async () => {
  const drive = await world.makeDrive()
  const run = await runInTerminal(['write', '-r', chosen, '--drive', drive.path], {
    typed: [[/through 44\.20260714\.3\.0\.[^]*Type "yes": /, 'yes\r']],
    env: { KINDLING_STREAM_BASE_URL: world.baseUrl, KINDLING_KEYRING: world.keyringFile },
  })
  expect(run.code, run.screen).toBe(0)
  expect(run.screen.split('it updates itself to that')).toHaveLength(2)
})

test('an older release is downloaded, all files of a format', async () => {
  const directory = world.path('downloads')
  expectDone(await world.call(['download', '-r', chosen, '-f', 'pxe', '-C', directory, '--json']))
  for (const name of ['kernel', 'initramfs', 'rootfs']) {
    const { content, location } = world.find('pxe', name)
    expectSame(await readFile(join(directory, location.split('/').pop()!)), content)
  }
})

test('a format that the release lacks is told with the release', async () => {
  const run = await world.call(['download', '-r', chosen, '-f', 'ova', '-C', world.path('none'), '--json'])
  expect(expectFailed(run, 'artifact-unknown', 2).title).toContain(`The stream stable ${chosen} has no format ova`)
})

test.each([403, 404])(
  'an image that is answered with %d was removed, with its signature or without',
  async (status) => {
    const image = new URL(world.find('iso').location).pathname.slice(1)
    const download = () => world.call(['download', '-r', chosen, '-f', 'iso', '-C', world.path('gone'), '--json'])
    world.mirror.fault(image, { kind: 'status', status })
    const failure = expectFailed(await download(), 'release-pruned', 1)
    expect(failure.details).toMatchObject({ release: chosen, url: world.find('iso').location })
    world.mirror.fault(image, { kind: 'status', status })
    world.mirror.fault(`${image}.sig`, { kind: 'status', status })
    expectFailed(await download(), 'release-pruned', 1)
  },
)

test('a file of the user has no release', async () =>
  expectFailed(await world.call(['download', '-r', chosen, '--image-file', 'x', '--json']), 'usage', 2))
