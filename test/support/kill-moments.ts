import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { NbdRequest } from './drives/nbd-server.ts'
import { makeRandom } from './images/random-bytes.ts'
import { readParts } from './read-parts.ts'
import { errno, type Behaviour } from './drives/served-drive.ts'
import { followSteps, type Step } from './drives/write-steps.ts'

/** A moment of a write job as its drive sees it. */
export interface KillMoment {
  step: Step
  /** So many requests of that step came before. */
  request: number
  /** Bytes of that request that the drive stores. */
  stored: number
}

/**
 * Chooses moments by chance, as many of each step of a write.
 * @param requests those of a job that went well
 * @param seed chooses the same ones again
 */
export function chooseMoments(requests: readonly NbdRequest[], count: number, seed: number): KillMoment[] {
  const follow = followSteps()
  const moments = requests.map(follow)
  const steps = [...new Set(moments.map(({ step }) => step))]
  const random = makeRandom(seed)
  return Array.from({ length: count }, (_, turn) => {
    const step = steps[turn % steps.length]!
    const requestsOfStep = moments.filter((moment) => moment.step === step)
    const request = random() % requestsOfStep.length
    // None of it, all of it, or whole sectors of it.
    const sectors = requestsOfStep[request]!.length / 512
    return { step, request, stored: [0, sectors, random() % (sectors + 1)][random() % 3]! * 512 }
  })
}

/** How a drive behaves that sees something killed at a moment: what is under way then may still be stored, what comes later too. */
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
 * A drive of which a writing program was killed boots nothing that was not proved: its first bytes are its own, zeros, or those
 * of an image of which it has every other byte. (Between the last write and its read-back, these are the 4096 of SECURITY.md.)
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

/** Whatever a cache has under a hash has it, and a part is what its note says. */
export async function expectTrueCache(images: string): Promise<void> {
  const names = await readdir(images).catch(() => [])
  for (const name of names.filter((each) => /^[0-9a-f]{64}$/.test(each))) {
    const bytes = await readFile(join(images, name))
    expect(createHash('sha256').update(bytes).digest('hex'), 'the hash of a cached image').toBe(name)
  }
  for (const { isAsNoted, path } of await readParts(images))
    expect({ path, isAsNoted }).toEqual({ path, isAsNoted: true })
}
