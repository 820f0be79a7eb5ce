import { mkdir, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { runTool } from '../../../src-main/drives/run-tool.ts'
import type { ElevationWay } from '../../../src-main/privileged/elevation.ts'
import { createPrivilegedOpener } from '../../../src-main/privileged/open-privileged.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

const missing = 'kindling-has-no-such-program'
const notInstalled = `the program ${missing} is not installed`

test('arguments reach the program as they are, without a shell', async () => {
  expect(await runTool('printf', '%s|', 'a b', '$HOME', '; exit 1', '`id`')).toBe('a b|$HOME|; exit 1|`id`|')
})

test('a failure says what the program said last', async () => {
  await expect(runTool('ls', '/nowhere/at/all')).rejects.toThrow(/cannot access '\/nowhere\/at\/all'/)
})

test('a program that is not installed is told apart', async () => {
  await expect(runTool(missing)).rejects.toMatchObject({ code: 'ENOENT', message: notInstalled })
})

describe('where the PATH answers EACCES', () => {
  let directory: TemporaryDirectory
  beforeEach(async () => {
    directory = await makeTemporaryDirectory()
    vi.stubEnv('PATH', directory.path)
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await directory.dispose()
  })

  test('a program that is not installed is told apart', async () => {
    // execvp(3) returns EACCES for a directory, as it does for a program in a directory that cannot
    // be searched. Root gets it, too.
    await mkdir(directory.file(missing))
    await expect(runTool(missing)).rejects.toMatchObject({ code: 'ENOENT', message: notInstalled })
  })

  test('a program that is there and cannot be run is not said to be missing', async () => {
    await writeFile(directory.file(missing), '#!/bin/sh\n', { mode: 0o644 })
    await expect(runTool(missing)).rejects.toMatchObject({ code: 'EACCES' })
  })

  test('a way to more rights that is not installed gives way to the next', async () => {
    await mkdir(directory.file(missing))
    const way = (name: string, program: string): ElevationWay => ({
      name,
      command: (helper) => [program, ...helper],
      next: () => 'it answered',
    })
    const open = createPrivilegedOpener({ ways: [way('first', missing), way('second', '/bin/false')], program: ['x'] })
    const { drive } = makeMemoryDrive({ size: 4096 })
    expect(await failureOf(open(drive, 'write'))).toMatchObject({
      code: 'drive-forbidden',
      details: { reasons: ['first: there is no first', 'second: it answered'] },
    })
  })
})
