import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Restoration } from '../../src-shared/restoration.ts'
import type { Ports } from '../ports.ts'
import { replaceFile } from '../files/regular-file.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Stores a copy of every receipt in the state directory. Only this user can read it, because it
 * contains the drive's serial number. An error here never fails the job.
 */
export async function keepReceipt({ paths }: Pick<Ports, 'paths'>, receipt: Receipt | Restoration): Promise<void> {
  const directory = join(paths.state, 'receipts')
  const name = `${receipt.finishedAt.replaceAll(':', '')}-${receipt.job}.json`
  try {
    await makeDirectory(directory)
    // The directory may already exist, with receipts that other users could read.
    await chmod(directory, 0o700)
    await replaceFile(join(directory, name), `${JSON.stringify(receipt, null, 2)}\n`, 0o600, { replace: false })
  } catch {
    return
  }
}
