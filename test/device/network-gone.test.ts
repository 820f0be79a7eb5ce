import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import { makeCliWorld, makeOldBytes, type CliWorld } from '../support/cli-world.ts'
import { expectDriveState } from '../support/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect-events.ts'
import { noteFailure } from '../support/fault-matrix.ts'
import { expectTrueCache } from '../support/kill-moments.ts'
import type { LoggedRequest } from '../support/mirror.ts'
import { makePinningProgram } from '../support/pinning-program.ts'
import { privateDirectories } from '../support/private-directories.ts'
import { readParts } from '../support/read-parts.ts'
import { canServeDrives, makeServedDrive, type ServedDrive } from '../support/served-drive.ts'
import { followSteps, type Step } from '../support/write-steps.ts'

const mib = 1024 * 1024
/** Milliseconds in which a job must end, on a machine that does more. */
const patience = 60_000
/** Bytes that a job may fetch besides, to learn size and kind of an image. */
const slack = 100_000
const missing = canServeDrives()

let world: CliWorld
let drive: ServedDrive
let program: Awaited<ReturnType<typeof makePinningProgram>>
let image: string
beforeAll(async () => {
  if (missing !== null) return
  world = await makeCliWorld({ imageSize: 6 * mib })
  const { mirror, signer } = world
  image = new URL(world.find('raw.xz').location).pathname
  const place = await mirror.put('keys/first.gpg', signer.armoredPublicKey)
  await mirror.put('keys/second.gpg', signer.armoredPublicKey)
  program = await makePinningProgram(signer.fingerprint, [place, place.replace('first', 'second')])
  drive = await makeServedDrive(makeOldBytes(10 * mib))
})
afterAll(async () => {
  await drive?.dispose()
  await program?.dispose()
  await world?.dispose()
})
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})

/** Called when a job begins to write to its drive. */
let onWriting = () => {}

/** Writes the stream's image with what a home remembers, to a drive full of old bytes. */
async function write(home: string) {
  drive.bytes.set(makeOldBytes(drive.bytes.length))
  const before = Buffer.from(drive.bytes)
  world.mirror.requests.length = 0
  const began = performance.now()
  const run = await world.kindling(['write', '--fetch-retries', '1', '--drive', drive.device, '--yes', '--json'], {
    as: ([node, , ...args]) => [node!, program.path, ...args],
    env: { ...privateDirectories(home), KINDLING_KEYRING: '' },
    onEvent: (event) => event.event === 'phase' && event.phase === 'write' && onWriting(),
  })
  expect(performance.now() - began, 'milliseconds').toBeLessThan(patience)
  drive.behaviour = {}
  const files = await readdir(home, { recursive: true })
  expect(files.filter((name) => name.endsWith('.tmp') || /\.\d+-\d+-\d+\.partial$/.test(name))).toEqual([])
  await expectTrueCache(imagesOf(home))
  return { run, before }
}
const imagesOf = (home: string) => join(home, 'cache/kindling/images')

/** A good run, and the drive proved. @returns what it asked the mirror for */
async function writeWell(home: string) {
  const { run, before } = await write(home)
  const receipt = expectDone(run)
  expectDriveState('proved', { before, after: drive.bytes, image: world.raw })
  return { receipt, warnings: warningsOf(run), requests: [...world.mirror.requests] }
}

/** The network is gone before a request is answered. */
function loseAt(request: number) {
  let left = request
  world.mirror.onRequest = () => void (left-- === 0 && world.mirror.goAway())
}

/** The network is gone when so much of the image came, and the drive was opened for it. */
function loseInImage(afterBytes: number) {
  world.mirror.fault(image, { kind: 'stall', afterBytes })
  const stalled = world.mirror.stalled(image)
  onWriting = () => void stalled.then(() => world.mirror.goAway())
}

/** The network is gone when the drive sees a step of the write. */
function loseAtStep(step: Step) {
  const follow = followSteps()
  drive.behaviour = { before: (request) => void (follow(request).step === step && world.mirror.goAway()) }
}

function regain() {
  onWriting = () => {}
  world.mirror.onRequest = () => {}
  world.mirror.clearFaults()
  world.mirror.comeBack()
}

/** What a request is for, in the order of a job. */
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

/** A copy of what a home remembers. */
async function copyHome(home: string | null): Promise<string> {
  const copy = world.path('home')
  if (home !== null) await cp(home, copy, { recursive: true, preserveTimestamps: true })
  return copy
}

/** Loses the network, holds what was told to what is there, and lets the next run take up what was kept. */
async function expectLoss(home: string, purpose: string, lose: () => void, row: string | null): Promise<void> {
  try {
    lose()
    const { run, before } = await write(home)
    const { code } = run.events.at(-1) as unknown as { code: FailureCode }
    expect(codesOf(purpose), run.stdout).toContain(code)
    const failure = expectFailed(run, code, exitCodeOf(code))
    expect(['untouched', 'cleared']).toContain(failure.driveState)
    if (purpose !== 'image') expect(failure.driveState).toBe('untouched')
    expectDriveState(failure.driveState, { before, after: drive.bytes })
    if (row !== null) noteFailure(row, failure)
  } finally {
    regain()
  }
  const [part, ...others] = await readParts(imagesOf(home))
  expect(others).toEqual([])
  const { warnings, requests } = await writeWell(home)
  expect(warnings.filter((code) => code !== 'partition-table-not-reread')).toEqual([])
  if (part === undefined) return
  const ofImage = requests.filter(({ path }) => path === image)
  const sent = ofImage.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
  expect(ofImage.map(({ range }) => range)).toContain(`bytes=${part.noted}-`)
  expect(sent).toBeLessThanOrEqual(world.rawXz.length - part.noted + slack)
}

describe('the network is gone, from one request on', () => {
  /** What each job finds remembered. */
  const homes = {
    nothing: async () => null,
    async 'the stream and the key'() {
      const home = await copyHome(null)
      loseAt(3)
      await write(home)
      regain()
      return home
    },
    async 'a part of the image'() {
      const home = await copyHome(null)
      loseInImage(Math.floor(world.rawXz.length / 2))
      await write(home)
      regain()
      expect(await readParts(imagesOf(home))).toMatchObject([{ isFree: true, isAsNoted: true }])
      return home
    },
  }

  it.each(Object.entries(homes))(
    'or in the middle of the image, with %s remembered: told truly, and the next run takes up what was kept',
    async (remembered, make) => {
      const home = await make()
      const { requests } = await writeWell(await copyHome(home))
      const purposes = requests.map(purposeOf)
      expect(purposes[0]).toBe('stream metadata')
      expect(purposes.at(-1)).toBe('image')
      const row = (what: string) => (home === null ? `the network is gone ${what}` : null)
      for (const [at, purpose] of purposes.entries()) {
        // A stream that was seen before is known without its server.
        const needed = purpose === 'stream metadata' && home !== null ? purposes[1]! : purpose
        await expectLoss(await copyHome(home), needed, () => loseAt(at), row(`when it is asked for the ${purpose}`))
      }
      const kept = home === null ? 0 : ((await readParts(imagesOf(home)))[0]?.noted ?? 0)
      const half = Math.floor((world.rawXz.length - kept) / 2)
      await expectLoss(await copyHome(home), 'image', () => loseInImage(half), row('in the middle of the image'))
      expect(remembered === 'nothing').toBe(purposes.includes('key'))
    },
    900_000,
  )
})

describe('the network is gone when the image is there', () => {
  /** The steps of a write; the image itself came before `read back` wherever it came from. */
  const cold: Step[] = ['read back', 'write first sector', 'done']
  const local: Step[] = ['clear', 'probe', 'write', ...cold]

  it.each([
    ['came with this job', cold, false],
    ['was kept', local, true],
  ] as const)(
    'and %s: at no step of the write is it missed',
    async (_, steps, isKept) => {
      const home = await copyHome(null)
      if (isKept) await writeWell(home)
      for (const step of steps) {
        try {
          loseAtStep(step)
          const { receipt, warnings } = await writeWell(await copyHome(isKept ? home : null))
          expect(receipt.image.fromCache).toBe(isKept)
          expect(warnings.filter((code) => code !== 'partition-table-not-reread')).toEqual([])
        } finally {
          regain()
        }
      }
    },
    900_000,
  )

  it('also not from the first request on, where the stream was seen before', async () => {
    const home = await copyHome(null)
    await writeWell(home)
    try {
      loseAt(0)
      expect((await writeWell(home)).warnings).toContain('catalog-offline')
    } finally {
      regain()
    }
  })
})
