import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { NbdRequest } from '../drives/nbd-server.ts'
import { makeRandom } from '../images/random-bytes.ts'
import { readParts } from '../files/read-parts.ts'
import { errno, type Behaviour } from '../drives/served-drive.ts'
import { followSteps, type Step } from '../drives/write-steps.ts'

/** A moment during a write job, as seen by its drive. */
export interface KillMoment {
  step: Step
  /** Number of earlier requests of that step. */
  request: number
  /** Number of bytes of that request that the drive stores. */
  stored: number
}

/**
 * Chooses random moments, equally many for each step of a write. If there are fewer moments than
 * steps, they are spread over the write.
 * @param requests – the requests of a successful job
 * @param seed – the same seed chooses the same moments
 */
export function chooseMoments(requests: readonly NbdRequest[], count: number, seed: number): KillMoment[] {
  const follow = followSteps()
  const moments = requests.map(follow)
  const steps = [...new Set(moments.map(({ step }) => step))]
  const random = makeRandom(seed)
  return Array.from({ length: count }, (_, turn) => {
    const step = steps[count < steps.length ? Math.floor((turn * steps.length) / count) : turn % steps.length]!
    const requestsOfStep = moments.filter((moment) => moment.step === step)
    const request = random() % requestsOfStep.length
    // Nothing, everything, or some whole sectors.
    const sectors = requestsOfStep[request]!.length / 512
    return { step, request, stored: [0, sectors, random() % (sectors + 1)][random() % 3]! * 512 }
  })
}

/**
 * Returns the behaviour of a drive that calls `kill` at a moment. The request of that moment may be
 * stored in part. Later requests are stored as usual.
 */
export function killAt(moment: KillMoment, bytes: Buffer, kill: () => void): Behaviour {
  const follow = followSteps()
  let [step, seen, killed]: [Step | null, number, boolean] = [null, 0, false]
  return {
    before(request, part) {
      const now = follow(request).step
      if (now !== step) [step, seen] = [now, 0]
      if (killed || step !== moment.step || seen++ < moment.request) return
      killed = true
      kill()
      if (request.kind === 'write') part.copy(bytes, request.offset, 0, moment.stored)
      return errno.EIO
    },
  }
}

/**
 * Checks that a drive boots nothing unproved after the writing program was killed. Its first bytes
 * must be its old ones, zeros, or those of an image that is otherwise complete. (Between the last
 * write and its read-back, these are the 4096 bytes of SECURITY.md.)
 */
export function expectNothingUnproved(bytes: Buffer, before: Buffer, image: Buffer): void {
  const first = bytes.subarray(0, 4096)
  const isOld = first.equals(before.subarray(0, 4096))
  if (isOld || first.every((byte) => byte === 0)) return
  expect(
    bytes.subarray(4096, image.length).equals(image.subarray(4096)),
    'all behind the first sectors is the image',
  ).toBe(true)
  for (let at = 0; at < 4096; at += 512) {
    const sector = first.subarray(at, at + 512)
    const isTorn = sector.every((byte) => byte === 0) || sector.equals(image.subarray(at, at + 512))
    expect(isTorn, 'each of the first sectors is the image’s, or not written yet').toBe(true)
  }
}

/** Checks that every cached image matches the hash in its name, and every partial file its note. */
export async function expectTrueCache(images: string): Promise<void> {
  const names = await readdir(images).catch(() => [])
  for (const name of names.filter((each) => /^[0-9a-f]{64}$/.test(each))) {
    const bytes = await readFile(join(images, name))
    expect(createHash('sha256').update(bytes).digest('hex'), 'the hash of a cached image').toBe(name)
  }
  for (const { isAsNoted, path } of await readParts(images))
    expect({ path, isAsNoted }).toEqual({ path, isAsNoted: true })
}
