import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { receipt, type Receipt } from '../../src-shared/receipt.ts'
import { readSmallFile } from './regular-file.ts'

/** Maximum number of receipts that are read, and maximum size of one in bytes. */
const mostReceipts = 1000
export const mostReceipt = 16 * 1024 * 1024

/**
 * Reads the receipts in the state directory, latest first. Files that are not receipts are skipped.
 */
export async function* readKeptReceipts(stateDirectory: string): AsyncGenerator<Receipt> {
  const directory = join(stateDirectory, 'receipts')
  const names = await readdir(directory).catch(() => [])
  // File names start with the time.
  const latest = names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .toReversed()
    .slice(0, mostReceipts)
  for (const name of latest) {
    const kept = await readReceipt(join(directory, name)).catch(() => null)
    if (kept !== null) yield kept
  }
}

const readReceipt = async (path: string): Promise<Receipt> =>
  receipt.parse(JSON.parse((await readSmallFile(path, mostReceipt)).toString('utf8')))
