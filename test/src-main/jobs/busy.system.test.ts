import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { areOthersBusy, markBusy } from '../../../src-main/jobs/busy.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let state: TemporaryDirectory
beforeEach(async () => void (state = await makeTemporaryDirectory()))
afterEach(() => state.dispose())

test('a process says that it is busy until its last job has ended, and is no other to itself', async () => {
  const paths = { state: state.path }
  void markBusy(paths, 1)
  await markBusy(paths, 2)
  expect(await readdir(state.file('busy'))).toHaveLength(1)
  expect(await areOthersBusy(paths)).toBe(false)
  void markBusy(paths, 1)
  await markBusy(paths, 0)
  expect(await readdir(state.file('busy'))).toEqual([])
})

test('another process is busy while it runs, and not once it was killed', async (context) => {
  if (process.platform !== 'linux') return context.skip('needs /proc')
  const paths = { state: state.path }
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const stat = await readFile(`/proc/${child.pid}/stat`, 'latin1')
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  await mkdir(state.file('busy'))
  await writeFile(state.file(`busy/${child.pid}-${start}`), '')
  expect(await areOthersBusy(paths)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await areOthersBusy(paths)).toBe(false)
  expect(await readdir(state.file('busy'))).toEqual([])
})

test('a directory that cannot be made hinders nobody', async () => {
  await writeFile(state.file('busy'), '')
  await markBusy({ state: state.path }, 1)
  expect(await areOthersBusy({ state: state.path })).toBe(false)
})
