import { constants } from 'node:fs'
import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeTemporaryDirectory } from '../../support/files/temporary.ts'

testWith(['direct-io'], 'direct I/O accepts it at every page', async () => {
  const temporary = await makeTemporaryDirectory()
  const path = temporary.file('direct')
  await writeFile(path, '')
  await truncate(path, 65_536)
  const handle = await open(path, constants.O_RDWR | constants.O_DIRECT)
  const memory = allocateAligned(65_536).fill(0xab)
  for (let at = 0; at < memory.byteLength; at += 4096)
    expect((await handle.write(memory, at, 4096, at)).bytesWritten).toBe(4096)
  const back = allocateAligned(65_536)
  expect((await handle.read(back, 0, 65_536, 0)).bytesRead).toBe(65_536)
  await handle.close()
  expect(Buffer.from(back).equals(await readFile(path))).toBe(true)
  await temporary.dispose()
})
