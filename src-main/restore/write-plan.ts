import { createHash } from 'node:crypto'
import { KindlingError } from '../../src-shared/failure.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { readDrive } from '../write/read-drive.ts'
import type { Target } from '../write/target.ts'
import { mebibyte, render } from './layout.ts'
import type { StickPlan } from './plan-stick.ts'

interface Options {
  signal: AbortSignal
  /** Receives the number of bytes that were written or read. */
  onDone: (bytes: number) => void
}

/**
 * Writes the extents of a plan and flushes.
 * @throws the target's failures; the signal's reason
 */
export async function writePlan(target: Target, plan: StickPlan, { signal, onDone }: Options): Promise<void> {
  const memory = allocateAligned(mebibyte)
  for (const { offset, length } of plan.extents)
    for (let at = 0; at < length; at += mebibyte) {
      signal.throwIfAborted()
      const bytes = memory.subarray(0, Math.min(mebibyte, length - at))
      render(plan.patches, bytes, offset + at)
      await target.write(bytes, offset + at)
      onDone(bytes.length)
    }
  await target.flush()
}

/**
 * Reads the extents of a plan back and compares them.
 * @param head – the withheld bytes, which are hashed first
 * @returns the sha256 (hex) of the withheld bytes and all extents
 * @throws read-back-mismatch, the target's failures; the signal's reason
 */
export async function readPlanBack(
  target: Target,
  plan: StickPlan,
  head: Uint8Array,
  { signal, onDone }: Options,
): Promise<string> {
  const hash = createHash('sha256').update(head)
  for (const { offset, length } of plan.extents) {
    let at = offset
    for await (const bytes of readDrive(target, offset, offset + length, signal)) {
      const expected = new Uint8Array(bytes.length)
      render(plan.patches, expected, at)
      if (Buffer.compare(bytes, expected) !== 0)
        throw new KindlingError('read-back-mismatch', {
          firstDifference: at + bytes.findIndex((byte, index) => byte !== expected[index]),
        })
      hash.update(bytes)
      onDone(bytes.length)
      at += bytes.length
    }
  }
  return hash.digest('hex')
}
