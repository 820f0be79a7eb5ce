import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Ports } from '../ports.ts'
import { replaceFile } from '../files/regular-file.ts'
import { makeDirectory } from '../files/make-directory.ts'

/**
 * Keeps a copy of every receipt in the state directory, for this user alone: it holds the drive's
 * serial number. A job is no worse for a copy that cannot be kept.
 */
export async function keepReceipt({ paths }: Pick<Ports, 'paths'>, receipt: Receipt): Promise<void> {
  const directory = join(paths.state, 'receipts')
  const name = `${receipt.finishedAt.replaceAll(':', '')}-${receipt.job}.json`
  try {
    await makeDirectory(directory)
    // The folder may be there already, with receipts that others could read.
    await chmod(directory, 0o700)
    await replaceFile(join(directory, name), `${JSON.stringify(receipt, null, 2)}\n`, 0o600, { replace: false })
  } catch {
    return
  }
}
