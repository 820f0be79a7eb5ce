import { cp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Phase } from '../../src-shared/phase.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import { makeCliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { noteFailure, type Noting } from '../support/faults/fault-matrix.ts'
import { expectTrueCache } from '../support/faults/kill-moments.ts'
import type { LoggedRequest } from '../support/mirror/mirror.ts'
import { makePinningProgram } from '../support/drives/pinning-program.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { readParts } from '../support/files/read-parts.ts'
import { isSoak } from '../support/run/tier.ts'
import { mib } from '../support/files/mib.ts'

/** Allowance for requests that determine the size and kind of an image, in bytes. */
const slack = 100_000

const imagesOf = (home: string) => join(home, 'cache/kindling/images')

/** Returns the purpose of a request. Purposes are listed in the order of a job. */
function purposeOf({ path, range }: LoggedRequest): string {
  if (path.endsWith('.json')) return 'stream metadata'
  if (path.endsWith('.sig')) return 'signature'
  if (path.startsWith('/keys/')) return 'key'
  if (range === null || range.endsWith('-')) return 'image'
  const [from, to] = range.slice('bytes='.length).split('-').map(Number)
  if (to === 0) return 'size of the image'
  return to! < 12 ? 'header of the image' : from === 0 ? 'first bytes of the image' : 'last bytes of the image'
}

const codesOf = (purpose: string): FailureCode[] =>
  purpose === 'key'
    ? ['key-unavailable']
    : purpose === 'image'
      ? ['network-unreachable', 'download-short']
      : ['network-unreachable']

interface Loss {
  /** Directory with the cache of earlier runs. */
  home: string
  /** Purpose of the first request that gets no answer. */
  purpose: string
  lose: () => void
  /** Row of the fault matrix, or null. */
  row: string | null
  /** Whether to test the next run too. */
  takesUp: boolean
}

/** Creates a mirror, a program that pins its signer's key, and a drive. */
async function makeNetwork() {
  const world = await makeCliWorld({ imageSize: 6 * mib })
  const { mirror, signer } = world
  const image = new URL(world.find('raw.xz').location).pathname
  const place = await mirror.put('keys/first.gpg', signer.armoredPublicKey)
  await mirror.put('keys/second.gpg', signer.armoredPublicKey)
  const program = await makePinningProgram(signer.fingerprint, [place, place.replace('first', 'second')])
  const drive = await world.makeDrive(10 * mib)

  /** Called when a job begins a phase. */
  let onPhase: (phase: Phase) => void = () => {}

  /** Writes the stream's image to a drive full of old bytes, with the cache in `home`. */
  async function write(home: string) {
    await writeFile(drive.path, drive.before)
    world.mirror.requests.length = 0
    const run = await world.kindling(['write', '--fetch-retries', '1', '--drive', drive.path, '--yes', '--json'], {
      as: ([node, , ...args]) => [node!, program.path, ...args],
      env: { ...privateDirectories(home), KINDLING_KEYRING: '' },
      onEvent: (event) => event.event === 'phase' && onPhase(event.phase),
    })
    const files = await readdir(home, { recursive: true })
    expect(files.filter((name) => name.endsWith('.tmp') || /\.\d+-\d+-\d+\.partial$/.test(name))).toEqual([])
    await expectTrueCache(imagesOf(home))
    return { run, before: drive.before, after: await drive.read() }
  }

  /**
   * Runs a write that must succeed, and checks that the drive is proved.
   * @returns the receipt, the warnings and the requests to the mirror
   */
  async function writeWell(home: string) {
    const { run, before, after } = await write(home)
    const receipt = expectDone(run)
    expectDriveState('proved', { before, after, image: world.raw })
    return { receipt, warnings: warningsOf(run), requests: [...world.mirror.requests] }
  }

  /** Takes the network down before the first matching request is answered. */
  function loseAt(matches: (request: LoggedRequest, index: number) => boolean) {
    let index = 0
    world.mirror.onRequest = (request) => void (matches(request, index++) && world.mirror.goAway())
  }

  /**
   * Takes the network down when part of the image has arrived and the drive has been opened for
   * writing.
   */
  function loseInImage(afterBytes: number) {
    world.mirror.fault(image, { kind: 'stall', afterBytes })
    const stalled = world.mirror.stalled(image)
    onPhase = (phase) => phase === 'write' && void stalled.then(() => world.mirror.goAway())
  }

  /** Takes the network down when a job begins a phase. */
  function loseAtPhase(lost: Phase) {
    onPhase = (phase) => phase === lost && world.mirror.goAway()
  }

  function regain() {
    onPhase = () => {}
    world.mirror.onRequest = () => {}
    world.mirror.clearFaults()
    world.mirror.comeBack()
  }

  /** Returns a copy of a home with its cache. */
  async function copyHome(home: string | null): Promise<string> {
    const copy = world.path('home')
    if (home !== null) await cp(home, copy, { recursive: true, preserveTimestamps: true })
    return copy
  }

  /**
   * Loses the network, compares the report with the drive, and checks that the next run resumes
   * from the kept data.
   */
  async function expectLoss(task: Noting, { home, purpose, lose, row, takesUp }: Loss): Promise<void> {
    try {
      lose()
      const { run, before, after } = await write(home)
      const { code } = run.events.at(-1) as unknown as { code: FailureCode }
      expect(codesOf(purpose), run.stdout).toContain(code)
      const failure = expectFailed(run, code, exitCodeOf(code))
      expect(['untouched', 'cleared']).toContain(failure.driveState)
      if (purpose !== 'image') expect(failure.driveState).toBe('untouched')
      expectDriveState(failure.driveState, { before, after })
      if (row !== null) noteFailure(task, row, failure)
    } finally {
      regain()
    }
    const [part, ...others] = await readParts(imagesOf(home))
    expect(others).toEqual([])
    if (!takesUp && part === undefined) return
    const { warnings, requests } = await writeWell(home)
    expect(warnings).toEqual([])
    if (part === undefined) return
    const ofImage = requests.filter(({ path }) => path === image)
    const sent = ofImage.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
    expect(ofImage.map(({ range }) => range)).toContain(`bytes=${part.noted}-`)
    expect(sent).toBeLessThanOrEqual(world.rawXz.length - part.noted + slack)
  }

  return {
    write,
    writeWell,
    loseAt,
    loseInImage,
    loseAtPhase,
    regain,
    copyHome,
    expectLoss,
    /** Size of the compressed image, in bytes. */
    imageSize: world.rawXz.length,
    async dispose() {
      await program.dispose()
      await world.dispose()
    },
  }
}
type Network = Awaited<ReturnType<typeof makeNetwork>>

/** Gives each test its own network to lose, so that tests can run concurrently. */
async function onNetwork(use: (network: Network) => Promise<void>): Promise<void> {
  const network = await makeNetwork()
  try {
    await use(network)
  } finally {
    await network.dispose()
  }
}

describe.concurrent('the network is gone, from one request on', () => {
  /** The initial cache of each job. Only the first is tested by default. */
  const homes: [remembered: string, make: (network: Network) => Promise<string | null>][] = [
    ['nothing', async () => null],
    [
      'the stream and the key',
      async ({ copyHome, loseAt, write, regain }) => {
        const home = await copyHome(null)
        loseAt((request) => purposeOf(request) === 'size of the image')
        await write(home)
        regain()
        return home
      },
    ],
    [
      'a part of the image',
      async ({ copyHome, loseInImage, imageSize, write, regain }) => {
        const home = await copyHome(null)
        loseInImage(Math.floor(imageSize / 2))
        await write(home)
        regain()
        expect(await readParts(imagesOf(home))).toMatchObject([{ isFree: true, isAsNoted: true }])
        return home
      },
    ],
  ]

  test.for(isSoak ? homes : homes.slice(0, 1))(
    'or in the middle of the image, with %s remembered: told truly, and the next run takes up what was kept',
    { timeout: 900_000 },
    ([remembered, make], { task }) =>
      onNetwork(async (network) => {
        const { copyHome, writeWell, loseAt, loseInImage, imageSize, expectLoss } = network
        const home = await make(network)
        const { requests } = await writeWell(await copyHome(home))
        const purposes = requests.map(purposeOf)
        expect(purposes[0]).toBe('stream metadata')
        expect(purposes.at(-1)).toBe('image')
        const expectLossOf = async (purpose: string, what: string, lose: () => void) =>
          expectLoss(task, {
            home: await copyHome(home),
            purpose,
            lose,
            row: home === null ? `the network is gone ${what}` : null,
            // A run that fetched nothing of the image leaves the same cache as the home already
            // had.
            takesUp: isSoak || purpose === 'key',
          })
        for (const [at, purpose] of purposes.entries()) {
          // The metadata of a stream seen before is cached, so its loss shows at the next request.
          const needed = purpose === 'stream metadata' && home !== null ? purposes[1]! : purpose
          await expectLossOf(needed, `when it is asked for the ${purpose}`, () => loseAt((_, index) => index === at))
        }
        const kept = home === null ? 0 : ((await readParts(imagesOf(home)))[0]?.noted ?? 0)
        const half = Math.floor((imageSize - kept) / 2)
        await expectLossOf('image', 'in the middle of the image', () => loseInImage(half))
        expect(remembered === 'nothing').toBe(purposes.includes('key'))
      }),
  )
})

describe.concurrent('the network is gone when the image is there', () => {
  // The network stays down until the end of a job, so that all later steps run without it too.
  test('and came with this job, and then when it was kept: from then on it is not missed', () =>
    onNetwork(async ({ copyHome, writeWell, loseAt, loseAtPhase, regain }) => {
      const home = await copyHome(null)
      for (const [phase, isKept] of [
        ['read-back', false],
        ['write', true],
      ] as const) {
        loseAtPhase(phase)
        const { receipt, warnings } = await writeWell(home)
        expect(receipt.image.fromCache).toBe(isKept)
        expect(warnings).toEqual([])
        regain()
      }
      // Nor from the first request on, if the stream is cached.
      loseAt(() => true)
      expect((await writeWell(home)).warnings).toContain('catalog-offline')
    }))
})
