import type { Drive } from '../../src-shared/drive.ts'
import { mountpointsOf } from '../drives/mountpoints-of.ts'
import type { Ports } from '../ports.ts'
import { createRetryingTarget, type RetryingTarget } from '../write/retrying-target.ts'
import type { JobRun } from './job-run.ts'

/**
 * Opens a drive for reading only. Warns if it is mounted, because its contents may have changed.
 * Also warns if reads come from the cache, because they may differ from the contents.
 * @throws drive-forbidden, drive-missing, permission-refused
 */
export async function openToRead(ports: Ports, drive: Drive, run: JobRun): Promise<RetryingTarget> {
  const mounted = mountpointsOf(drive)
  if (mounted.length > 0) run.warn('drive-mounted', { drive: drive.name, mountpoints: mounted })
  const target = createRetryingTarget(await ports.drives.open(drive, 'read', run.signal), ports, run)
  if (!target.pastCache) run.warn('read-back-cached')
  return target
}
