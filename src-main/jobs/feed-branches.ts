import { createHash, type Hash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Condition } from '../memory/condition.ts'
import type { Piece } from '../memory/piece.ts'
import type { Branch, Verdict } from './branch.ts'

/** One reading of the image, from its first byte to its last. */
export interface Pass {
  /** URL or absolute path of the image. */
  location: string
  pieces: AsyncIterable<Piece>
  /** Returns the SHA-256 of all pieces that were read so far. */
  hash(): Hash
  /** True if the image can be read again. */
  repeatable: boolean
  /**
   * Returns the verdict on the image. Called once all pieces were read.
   * @throws the failure of a proof
   */
  conclude(): Promise<Verdict>
  end(): Promise<void>
}

/**
 * Reads an image once and gives every piece to all drives. A drive that is slower than the others
 * by more than its queue is left behind, if the image can be read again. It gets the rest from
 * another pass when the others are done.
 *
 * That pass must begin with the bytes that the drive has; otherwise the drive fails with
 * source-changed. So the verdict on a pass covers every byte of the drives that end in it, and one
 * hash serves all drives. Other failures go to all branches.
 * @param changed – notified by the branches
 * @param startPass – starts the n-th reading of the image
 */
export async function feedBranches(
  branches: Branch[],
  changed: Condition,
  startPass: (turn: number) => Promise<Pass>,
): Promise<void> {
  try {
    for (let turn = 0; branches.some(({ open }) => open); turn++) {
      const fed = branches.filter(({ open }) => open)
      for (const branch of fed) branch.behind = false
      const pass = await startPass(turn)
      try {
        await feedPass(fed, changed, pass)
      } finally {
        await pass.end()
      }
    }
  } catch (error) {
    for (const branch of branches) branch.fail(error)
  }
}

async function feedPass(fed: Branch[], changed: Condition, pass: Pass): Promise<void> {
  const goesOn = ({ open, behind }: Branch) => open && !behind
  const joined = new Set<Branch>()
  let offset = 0
  let before: Hash = createHash('sha256')
  for await (const piece of pass.pieces) {
    const end = offset + piece.bytes.length
    const upTo = pass.hash()
    for (const branch of fed.filter((branch) => goesOn(branch) && branch.given < end && !joined.has(branch))) {
      joined.add(branch)
      const start = before.copy().update(piece.bytes.subarray(0, branch.given - offset))
      if (!branch.hasTaken(start)) branch.fail(new KindlingError('source-changed', { source: pass.location }))
    }
    const takers = fed.filter((branch) => goesOn(branch) && branch.given < end)
    share(piece, takers, offset, upTo)
    before = upTo
    offset = end
    while (!hasRoom(fed.filter(goesOn), pass.repeatable)) await changed.wait()
    if (!fed.some(goesOn)) return
  }
  const verdict = await pass.conclude()
  for (const branch of fed) if (goesOn(branch)) branch.finish(verdict, pass.location)
}

/**
 * Returns whether all queues have room. While another drive has nothing to do, a drive with a full
 * queue is left behind. This requires that the image can be read again.
 */
function hasRoom(fed: Branch[], repeatable: boolean): boolean {
  const full = fed.filter((branch) => branch.full)
  if (full.length === 0) return true
  if (!repeatable || !fed.some(({ starving }) => starving)) return false
  for (const branch of full) branch.leaveBehind()
  return true
}

function share(piece: Piece, takers: Branch[], offset: number, upTo: Hash): void {
  let left = takers.length
  if (left === 0) return piece.release()
  const release = () => {
    if (--left === 0) piece.release()
  }
  for (const branch of takers) branch.give({ ...piece, release }, offset, upTo)
}
