import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Receipt } from '../../src-shared/receipt.ts'
import type { Ports } from '../ports.ts'

/** Keeps a copy of every receipt in the state directory. A job is no worse for a copy that cannot be kept. */
export async function keepReceipt({ paths }: Pick<Ports, 'paths'>, receipt: Receipt): Promise<void> {
  const directory = join(paths.state, 'receipts')
  const name = `${receipt.finishedAt.replaceAll(':', '')}-${receipt.job}.json`
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, name), `${JSON.stringify(receipt, null, 2)}\n`, { flag: 'wx' })
  } catch {
    return
  }
}
