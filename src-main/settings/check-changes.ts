import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { SettingsChanges } from '../../src-shared/settings.ts'
import { fileRefused } from '../files/refused-by-system.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Checks that new settings are usable. An error now is better than an error in every later job.
 * @throws keyring-unreadable, cache-failed, or the refusal of the system
 */
export async function checkChanges({ keyring, cacheDirectory }: SettingsChanges): Promise<void> {
  if (keyring) {
    // Loaded only for a keyring, because OpenPGP takes long to load.
    const { readKeyring } = await import('../image/proof/keys.ts')
    await readKeyring(keyring)
  }
  if (cacheDirectory) {
    const own = join(cacheDirectory, 'kindling')
    try {
      await makeDirectory(own)
      await access(own, constants.W_OK)
    } catch (error) {
      throw (
        fileRefused(own, error, 'write') ??
        new KindlingError('cache-failed', { directory: cacheDirectory, reason: reasonOf(error) }, { cause: error })
      )
    }
  }
}
