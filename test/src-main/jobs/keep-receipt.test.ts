import { chmod, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepReceipt } from '../../../src-main/jobs/keep-receipt.ts'
import type { Receipt } from '../../../src-shared/receipt.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

const receipt = { job: 'write', finishedAt: '2026-07-21T14:07:12.000Z' } as Receipt

test.skipIf(process.platform === 'win32')(
  'receipts are for their owner alone, also where the folder was open to all',
  async () => {
    const temporary = await makeTemporaryDirectory()
    const directory = temporary.file('receipts')
    await mkdir(directory)
    await chmod(directory, 0o755)
    await keepReceipt({ paths: { cache: '', config: '', state: temporary.path } }, receipt)
    const [name] = await readdir(directory)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(directory, name!))).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(join(directory, name!), 'utf8'))).toEqual(receipt)
    await temporary.dispose()
  },
)
