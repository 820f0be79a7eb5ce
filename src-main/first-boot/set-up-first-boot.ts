import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import { readBehind, readTarget } from '../identify/read-at.ts'
import { isIso } from '../image/decode/detect-kind.ts'
import type { Target } from '../write/target.ts'
import { describeFirstBoot } from './describe-first-boot.ts'
import { editHead, editsBehind } from './edit.ts'
import type { FirstBoot } from './first-boot.ts'
import { makeLiveBoot } from './make-live-boot.ts'
import { planIso } from './plan-iso.ts'
import { planMetal } from './plan-metal.ts'
import { writeEdits } from './write-edits.ts'

export interface FirstBootSetUp {
  /** Withheld bytes of the image with their edits. */
  head: Uint8Array
  done: FirstBootDone
}

/**
 * Sets up the first boot on a drive that was proved, and whose withheld start is still zero. Plans
 * the edits from the bytes of the drive, writes them behind its start, and proves them.
 * @param head – the withheld bytes of the image
 * @returns the withheld bytes with their edits, to be written last, and the receipt's part
 * @throws the failures of the plan and of the target; the signal's reason
 */
export async function setUpFirstBoot(
  target: Target,
  head: Uint8Array,
  firstBoot: FirstBoot,
  signal: AbortSignal,
): Promise<FirstBootSetUp> {
  const read = readBehind(head, readTarget(target, signal))
  const liveBoot = isIso(head) ? makeLiveBoot(firstBoot) : null
  const { edits, requireDone } = await (liveBoot === null ? planMetal(read, firstBoot) : planIso(read, liveBoot))
  await writeEdits(target, editsBehind(head.length, edits), signal)
  const edited = editHead(head, edits)
  await requireDone(readBehind(edited, readTarget(target, signal)))
  return { head: edited, done: describeFirstBoot(firstBoot, liveBoot, edits) }
}
