import type { DriveState } from '../../src-shared/drive-state.ts'
import { fileSystemNames } from '../../src-shared/file-system.ts'
import type { RestoreSpec } from '../../src-shared/job.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import type { Ports } from '../ports.ts'
import { checkLabel } from '../restore/check-label.ts'
import { render } from '../restore/layout.ts'
import { planStick, usualFileSystem } from '../restore/plan-stick.ts'
import { readPlanBack, writePlan } from '../restore/write-plan.ts'
import { createRetryingTarget, type RetryingTarget } from '../write/retrying-target.ts'
import { requireCleared, withheldSize, writeHead } from '../write/withheld-ends.ts'
import { findWritableDrive } from './choose-drive.ts'
import { clearDrive, release, settle } from './drive-steps.ts'
import type { JobRun } from './job-run.ts'

/** Number of random bytes in a plan. */
const randomBytes = 40

/**
 * Makes a drive a plain storage stick: one partition with an empty file system. The order is that
 * of a write. The partition table, in the withheld bytes, is written last.
 * @throws file-system-unfit, usage for a label, and the failures of the drive, with its state
 */
export async function runRestore(ports: Ports, spec: RestoreSpec, run: JobRun): Promise<Restoration> {
  let state: DriveState = 'untouched'
  let target: RetryingTarget | null = null
  try {
    run.enter('prepare')
    const drive = await findWritableDrive(ports, spec, null)
    const { name, sectorSize, identity } = drive
    const fileSystem = spec.format ?? usualFileSystem({ size: identity.size, sectorSize })
    const label = checkLabel(spec.label ?? '', fileSystem)
    const random = Uint8Array.from({ length: randomBytes }, () => ports.random() * 256)
    const plan = planStick({ drive: name, size: identity.size, sectorSize, fileSystem, label }, random)
    const total = plan.extents.reduce((sum, { length }) => sum + length, 0)
    const head = new Uint8Array(withheldSize)
    render(plan.patches, head, 0)

    target = createRetryingTarget(await ports.drives.open(drive, 'write', run.signal), ports, run)
    run.signal.throwIfAborted()
    state = 'unknown'
    await clearDrive(target, drive, null, ports.random)
    state = 'cleared'
    const onDone = (bytes: number) => run.advance(bytes)
    const { signal } = run
    run.enter('write', total)
    run.setBottleneck(() => 'drive')
    await writePlan(target, plan, { signal, onDone })
    run.enter('read-back', total)
    run.setBottleneck(() => 'drive')
    const readBackSha256 = await readPlanBack(target, plan, head, { signal, onDone })
    await requireCleared(target)
    run.signal.throwIfAborted()
    state = 'unknown'
    await writeHead(target, head, signal)
    state = 'proved'
    const proved = target
    target = null
    await release(proved, { eject: false }, run)
    const { pastCache, retries } = proved
    if (!pastCache) run.warn('read-back-cached')
    return {
      job: 'restore',
      fileSystem,
      table: plan.table,
      label: label || null,
      drive: { identity, state, bytesWritten: head.length + total, retries, readBackSha256, pastCache },
      statement: `The drive is a plain storage stick with an empty ${fileSystemNames[fileSystem]}: what was written was read back.`,
      ...run.conclude(),
    }
  } catch (error) {
    throw await settle(error, target, state)
  }
}
