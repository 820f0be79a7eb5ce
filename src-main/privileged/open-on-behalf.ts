import type { Drive, DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { openDrive } from '../drives/open-drive.ts'
import type { DriveSystem } from '../drives/system.ts'
import type { Target } from '../write/target.ts'

/**
 * Opens a drive for a user with fewer rights than this process. Works as `openDrive`, with one more
 * rule: a drive that carries the system is not opened for reading either. Its bytes include all
 * files of all users.
 * @param system – block devices alone, without files
 * @throws drive-system-private; the failures of `openDrive`
 */
export const openOnBehalf = (system: DriveSystem, identity: DriveIdentity, mode: 'read' | 'write'): Promise<Target> =>
  openDrive(
    {
      ...system,
      async inspect(device) {
        const found = await system.inspect(device)
        if (mode === 'read') checkReadable(found)
        return found
      },
    },
    { identity },
    mode,
  )

/**
 * Checks that users other than an administrator may read a drive.
 * @throws drive-system-private
 */
export function checkReadable({ refusals }: Drive): void {
  const refusal = refusals.find(({ code }) => code === 'drive-system')
  if (refusal !== undefined) throw KindlingError.revive({ ...refusal, code: 'drive-system-private' })
}
