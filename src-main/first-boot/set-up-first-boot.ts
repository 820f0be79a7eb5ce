import { readBehind, readTarget } from '../identify/read-at.ts'
import type { Target } from '../write/target.ts'
import { editHead, editsBehind, type Edit } from './edit.ts'
import type { FirstBoot } from './first-boot.ts'
import { planMetal } from './plan-metal.ts'
import { writeEdits } from './write-edits.ts'

/**
 * Sets up the first boot on a drive that was proved, and whose withheld start is still zero. Plans
 * the edits from the bytes of the drive, writes them behind its start, and proves them.
 * @param head – the withheld bytes of the image
 * @returns the withheld bytes with their edits, to be written last, and all edits
 * @throws the failures of the plan and of the target; the signal's reason
 */
export async function setUpFirstBoot(
  target: Target,
  head: Uint8Array,
  firstBoot: FirstBoot,
  signal: AbortSignal,
): Promise<{ head: Uint8Array; edits: Edit[] }> {
  const plan = await planMetal(readBehind(head, readTarget(target, signal)), firstBoot)
  await writeEdits(target, editsBehind(head.length, plan.edits), signal)
  const edited = editHead(head, plan.edits)
  await plan.requireDone(readBehind(edited, readTarget(target, signal)))
  return { head: edited, edits: plan.edits }
}
