import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ignoresHangUp } from '../../src-main/hosts/cli/interrupts.ts'
import { runTool } from '../support/programs/run-tool.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'

const runtime = '#!/bin/sh\necho "hang-up: ${KINDLING_IGNORES_HANGUP-heeded}"\n'

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
  for (const [launcher, copy, program] of [
    ['linux/kindling', 'linux/kindling', 'linux/kindling-window'],
    ['macos/kindling', 'macos/Resources/kindling', 'macos/MacOS/Kindling'],
  ] as const) {
    for (const path of [copy, program]) await mkdir(dirname(directory.file(path)), { recursive: true })
    await copyFile(`assets/${launcher}`, directory.file(copy))
    await writeFile(directory.file(program), runtime)
    await chmod(directory.file(program), 0o755)
  }
})
afterAll(() => directory.dispose())

test.skipIf(process.platform === 'win32').each(['linux/kindling', 'macos/Resources/kindling'])(
  'the launcher %s tells the program whether a hang-up is ignored',
  async (launcher) => {
    const path = directory.file(launcher)
    const said = async (program: string, ...args: string[]) => (await runTool(program, args)).toString()
    expect(await said('sh', path)).toBe('hang-up: heeded\n')
    expect(await said('nohup', 'sh', path)).toBe('hang-up: 1\n')
    expect(await said('sh', '-c', `trap '' HUP; sh '${path}'`)).toBe('hang-up: 1\n')
  },
)

test('what the launcher found out, or the shell that started nohup, decides', () => {
  expect(ignoresHangUp({ KINDLING_IGNORES_HANGUP: '1' })).toBe(true)
  expect(ignoresHangUp({ _: '/usr/bin/nohup' })).toBe(true)
  expect(ignoresHangUp({ _: '/usr/bin/node' })).toBe(false)
  expect(ignoresHangUp({})).toBe(false)
})
