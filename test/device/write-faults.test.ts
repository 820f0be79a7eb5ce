import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, warningsOf } from '../support/expect/expect-events.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { testWith } from '../support/run/needs.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { errno } from '../support/drives/served-drive.ts'
import { isSoak } from '../support/run/tier.ts'
import { expectFault, expectNotBootable, expectSurvival, saveImage, withDrive, writeTo, type Fault } from './fault.ts'
import { mib } from '../support/files/mib.ts'
import { followSteps, touches, type Step } from '../support/drives/write-steps.ts'

const imageSize = 6 * mib

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize })
})
afterAll(() => world.dispose())

const failing = (kind: 'read' | 'write' | 'flush', step: Step, place = 0): Fault['spoil'] => {
  return (_, follow) => ({
    before(request) {
      const moment = follow(request)
      const hits = kind === 'flush' || touches(request, place)
      if (moment.kind === kind && moment.step === step && hits) return errno.EIO
    },
  })
}

const failedWrite = { code: 'drive-write-failed', exit: 1 } as const
const failedRead = { code: 'drive-read-failed', exit: 1 } as const
const failedFlush = { code: 'drive-flush-failed', exit: 1 } as const
const gone = { code: 'drive-gone', exit: 1, state: 'unknown' } as const
const mismatch = { code: 'read-back-mismatch', exit: 4, state: 'cleared' } as const
const smaller = { code: 'drive-smaller-than-claimed', exit: 4, state: 'untouched' } as const

/** The stick is unplugged from a given moment on. */
const pulled = (step: Step, bytes = 0): Fault['spoil'] => {
  return (drive, follow) => ({
    async before(request) {
      const moment = follow(request)
      if (moment.step !== step || moment.bytes < bytes) return
      await drive.pull()
      return errno.EIO
    },
  })
}

const faults: Fault[] = [
  {
    what: 'takes no write',
    spoil: () => ({ before: ({ kind }) => (kind === 'write' ? errno.EIO : 0) }),
    ...failedWrite,
    state: 'untouched',
  },
  {
    what: 'fails to write the first block',
    spoil: failing('write', 'write', mib),
    ...failedWrite,
    state: 'cleared',
    onlyInSoak: true,
  },
  {
    what: 'fails to write a middle block',
    spoil: failing('write', 'write', 3 * mib + 70_000),
    ...failedWrite,
    state: 'cleared',
  },
  {
    what: 'fails to write the last block',
    spoil: failing('write', 'write', imageSize - 1),
    ...failedWrite,
    state: 'cleared',
    onlyInSoak: true,
  },
  {
    what: 'fails to write the first sector, which comes last',
    spoil: failing('write', 'write first sector'),
    ...failedWrite,
    state: 'unknown',
  },
  {
    what: 'fails to read a block in the read-back',
    spoil: failing('read', 'read back', 4 * mib),
    ...failedRead,
    state: 'cleared',
  },
  {
    what: 'fails to flush before anything of the image is written',
    spoil: failing('flush', 'clear'),
    ...failedFlush,
    state: 'untouched',
  },
  { what: 'fails to flush behind the last block', spoil: failing('flush', 'write'), ...failedFlush, state: 'cleared' },
  {
    what: 'fails to flush behind the first sector',
    spoil: failing('flush', 'write first sector'),
    ...failedFlush,
    state: 'cleared',
    onlyInSoak: true,
  },
  {
    what: 'fails at everything from the middle of the write on',
    spoil: (_, follow) => {
      let broken = false
      return {
        before(request) {
          broken ||= follow(request).step === 'write' && touches(request, 3 * mib)
          if (broken) return errno.EIO
        },
      }
    },
    ...failedWrite,
    state: 'cleared',
    onlyInSoak: true,
  },
  { what: 'is pulled out while its ends are cleared', spoil: pulled('clear', mib), ...gone, onlyInSoak: true },
  { what: 'is pulled out while it is probed', spoil: pulled('probe', 10_000), ...gone, onlyInSoak: true },
  { what: 'is pulled out while it is written', spoil: pulled('write', 2 * mib), ...gone },
  { what: 'is pulled out while it is read back', spoil: pulled('read back', 2 * mib), ...gone, onlyInSoak: true },
  {
    what: 'is pulled out when its first sector is written',
    spoil: pulled('write first sector'),
    ...gone,
    onlyInSoak: true,
  },
  {
    what: 'drops every write and says nothing',
    spoil: () => ({ keeps: () => false }),
    code: 'drive-stores-nothing',
    exit: 4,
    state: 'unknown',
  },
  {
    what: 'drops writes from the middle of the image on, and returns what was there before',
    spoil: (_, follow) => {
      let step: Step = 'before'
      return {
        before: (request) => void ({ step } = follow(request)),
        keeps: ({ offset }) => step !== 'write' || offset < 3 * mib,
      }
    },
    ...mismatch,
    onlyInSoak: true,
  },
  {
    what: 'returns one flipped bit',
    spoil: (_, follow) => {
      let step: Step = 'before'
      return {
        before: (request) => void ({ step } = follow(request)),
        afterRead(bytes, offset) {
          if (step === 'read back' && touches({ kind: 'read', offset, length: bytes.length }, 5 * mib))
            bytes[5 * mib - offset]! ^= 1
        },
      }
    },
    ...mismatch,
  },
  {
    what: 'returns another byte each time it is read',
    spoil: (_, follow) => {
      let step: Step = 'before'
      let reads = 0
      return {
        before: (request) => void ({ step } = follow(request)),
        afterRead(bytes, offset) {
          if (step === 'read back' && touches({ kind: 'read', offset, length: bytes.length }, 5 * mib))
            bytes[5 * mib - offset]! ^= 1 + (reads++ % 200)
        },
      }
    },
    code: 'drive-reads-vary',
    exit: 4,
    state: 'cleared',
  },
  {
    what: 'returns zeros from the middle of the image on',
    spoil: (_, follow) => {
      let step: Step = 'before'
      return {
        before: (request) => void ({ step } = follow(request)),
        afterRead(bytes, offset) {
          if (step === 'read back' && offset >= 2 * mib) bytes.fill(0)
        },
      }
    },
    code: 'drive-lost-writes',
    exit: 4,
    state: 'cleared',
  },
  {
    what: 'flips a bit of what was made bootable last',
    spoil: (_, follow) => {
      let step: Step = 'before'
      return {
        before: (request) => void ({ step } = follow(request)),
        afterRead(bytes, offset) {
          if (
            step === 'done' &&
            bytes.some((byte) => byte !== 0) &&
            touches({ kind: 'read', offset, length: bytes.length }, 600)
          )
            bytes[600 - offset]! ^= 1
        },
      }
    },
    ...mismatch,
    onlyInSoak: true,
  },
  {
    what: 'flips a bit of every sector it reads',
    spoil: (_, follow) => {
      let step: Step = 'before'
      return {
        before: (request) => void ({ step } = follow(request)),
        afterRead(bytes) {
          if (step !== 'before' && step !== 'clear') for (let at = 100; at < bytes.length; at += 512) bytes[at]! ^= 4
        },
      }
    },
    ...mismatch,
    state: 'unknown',
  },
  {
    what: 'wraps round at half of what it claims',
    size: 16 * mib,
    claims: 32 * mib,
    spoil: () => ({ place: (at) => at % (16 * mib) }),
    ...smaller,
  },
  {
    what: 'wraps round at a power of two',
    size: 16 * mib,
    claims: 30 * mib,
    spoil: () => ({ place: (at) => at % (16 * mib) }),
    ...smaller,
    onlyInSoak: true,
  },
  {
    what: 'wraps round so that its first MiB comes to lie where the image has zeros',
    size: 11 * mib,
    claims: 12 * mib,
    spoil: () => ({ place: (at) => at % (11 * mib) }),
    args: async (of) => [
      ...(await saveImage(of, Buffer.concat([makeNoise(11 * mib, 3), Buffer.alloc(mib)]))),
      '--accept-unrecognized-image',
    ],
    ...smaller,
    onlyInSoak: true,
  },
  {
    what: 'loses what is written behind half of what it claims',
    size: 16 * mib,
    claims: 32 * mib,
    spoil: () => ({ place: (at) => (at < 16 * mib ? at : null) }),
    ...smaller,
    onlyInSoak: true,
  },
  {
    what: 'loses what is written behind half of what it claims, and what was read before it was flushed',
    size: 16 * mib,
    claims: 32 * mib,
    spoil: () => ({ losesUnflushed: true, place: (at) => (at < 16 * mib ? at : null) }),
    ...smaller,
  },
  {
    what: 'fails behind half of what it claims',
    size: 16 * mib,
    claims: 32 * mib,
    spoil: () => ({
      before: ({ offset, length, kind }) => (kind !== 'flush' && offset + length > 16 * mib ? errno.EIO : 0),
    }),
    ...failedWrite,
    state: 'unknown',
    onlyInSoak: true,
  },
  {
    what: 'becomes write-protected in the middle',
    spoil: (drive, follow) => ({
      async before(request) {
        if (follow(request).step === 'write' && touches(request, 2 * mib))
          await promisify(execFile)('blockdev', ['--setro', drive.device])
      },
    }),
    code: 'drive-became-read-only',
    exit: 1,
    state: 'cleared',
  },
]

/** Timeout, in milliseconds. Most of the time goes to the waits between retries. */
const timeout = 300_000

describe.concurrent('a write to a drive that', { timeout }, () => {
  for (const fault of faults.filter((each) => isSoak || !each.onlyInSoak))
    testWith(['fuse'], `${fault.what}`, ({ task }) => expectFault(task, world, fault))
})

describe.concurrent('a fault that goes away', { timeout }, () => {
  const once =
    (kind: 'read' | 'write', step: Step, place: number, times: number): Fault['spoil'] =>
    (_, follow) => {
      let left = times
      return {
        before(request) {
          const moment = follow(request)
          if (moment.kind === kind && moment.step === step && touches(request, place) && left > 0)
            return (left--, errno.EIO)
        },
      }
    }

  testWith(['fuse'], `a write that fails twice is tried again, and counted in the receipt`, async ({ task }) => {
    const receipt = await expectSurvival(task, world, 'write error that goes away', once('write', 'write', 4 * mib, 2))
    expect(receipt.drive?.retries).toBe(2)
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['drive-retried'])
  })

  testWith(['fuse'], `a read that fails three times is tried again, and counted in the receipt`, async ({ task }) => {
    const receipt = await expectSurvival(
      task,
      world,
      'read error that goes away',
      once('read', 'read back', 4 * mib, 3),
    )
    expect(receipt.drive?.retries).toBe(3)
  })

  testWith(['fuse'], `a drive that loses what was read before it was flushed loses nothing`, async ({ task }) => {
    const what = 'loss of what was read before it was flushed'
    const receipt = await expectSurvival(task, world, what, () => ({ losesUnflushed: true }))
    expect(receipt.warnings).toEqual([])
  })

  testWith(['fuse'], `a drive that does not answer for a while is waited for, and told of`, async ({ task }) => {
    let release = () => {}
    const receipt = await expectSurvival(
      task,
      world,
      'no answer for more than 10 s',
      (_, follow) => {
        const answered = new Promise<void>((resolve) => (release = resolve))
        return {
          async before(request) {
            if (follow(request).step === 'write' && touches(request, 2 * mib)) await answered
          },
        }
      },
      { onEvent: (event) => event.event === 'warning' && event.code === 'drive-stalled' && release() },
    )
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['drive-stalled'])
    expect(receipt.drive?.retries).toBe(0)
  })

  testWith(['fuse'], `a job that is stopped while the drive does not answer ends as soon as it does`, ({ task }) =>
    withDrive({}, async (drive) => {
      const before = Buffer.from(drive.bytes)
      const follow = followSteps()
      let [stalled, release] = [() => {}, () => {}]
      const reached = new Promise<void>((resolve) => (stalled = resolve))
      const answered = new Promise<void>((resolve) => (release = resolve))
      drive.behaviour = {
        async before(request) {
          if (follow(request).step !== 'write' || !touches(request, 3 * mib)) return
          stalled()
          await answered
        },
      }
      const run = await writeTo(world, drive, [], {
        onStart(stop) {
          void reached.then(() => {
            stop('SIGINT')
            release()
          })
        },
      })
      const failure = expectFailed(run, 'interrupted', 130)
      expectDriveState(failure.driveState, { before, after: drive.bytes })
      expect(failure.driveState).toBe('cleared')
      noteFailure(task, 'stopped while the drive does not answer', failure)
    }),
  )

  testWith(['fuse'], `a stick that was pulled out and is put back is written by the next run`, () =>
    withDrive({}, async (drive) => {
      const before = Buffer.from(drive.bytes)
      drive.behaviour = pulled('write', 3 * mib)(drive, followSteps())
      expectFailed(await writeTo(world, drive), 'drive-gone', 1)
      expectNotBootable(drive, world.raw)
      await drive.plugIn()
      const run = await writeTo(world, drive)
      expect(expectDone(run).drive?.state).toBe('proved')
      expect(warningsOf(run)).toEqual([])
      expectDriveState('proved', { before, after: drive.bytes, image: world.raw })
    }),
  )
})
