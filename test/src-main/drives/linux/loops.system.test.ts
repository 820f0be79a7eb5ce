import { rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { fileNumber } from '../../../../src-main/drives/file-number.ts'
import { readLoops } from '../../../../src-main/drives/linux/loops.ts'
import { exchangeFile, makeLoop } from '../../../support/drives/devices.ts'
import { makeTemporaryDirectory } from '../../../support/files/temporary.ts'
import { mib } from '../../../support/files/mib.ts'
import { testWith } from '../../../support/run/needs.ts'

testWith(['loop'], 'the number of the file behind a loop device is that of the file it has open now', async () => {
  const temporary = await makeTemporaryDirectory()
  const path = temporary.file('drive.img')
  async function makeFile(): Promise<string> {
    await writeFile(path, '')
    await truncate(path, mib)
    return fileNumber(await stat(path, { bigint: true }))
  }
  const loop = await makeLoop({ size: mib, exchangeable: true })
  const numberNow = async () => (await readLoops()).find(({ device }) => device === loop.device)?.number
  try {
    const first = await makeFile()
    await exchangeFile(loop.device, path)
    expect(await numberNow()).toBe(first)
    // The path leads to another file, but the device keeps the first one.
    await rename(path, temporary.file('moved.img'))
    const second = await makeFile()
    expect(second).not.toBe(first)
    expect(await numberNow()).toBe(first)
    await rm(temporary.file('moved.img'))
    expect(await numberNow()).toBe(first)
    await exchangeFile(loop.device, path)
    expect(await numberNow()).toBe(second)
    // The same device and the same path, set up again.
    await rename(path, temporary.file('second.img'))
    const third = await makeFile()
    await exchangeFile(loop.device, path)
    expect(await numberNow()).toBe(third)
  } finally {
    await loop.dispose()
    await temporary.dispose()
  }
})
