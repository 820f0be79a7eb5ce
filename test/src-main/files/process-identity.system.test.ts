import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { isRunning, ownIdentity } from '../../../src-main/files/process-identity.ts'

test('a process knows itself, and that a later one with its number is another', async () => {
  const own = await ownIdentity()
  expect(own).toMatch(new RegExp(`^${process.pid}-\\d+$`))
  expect(await isRunning(own)).toBe(true)
  const [pid, start] = own.split('-').map(Number)
  // If the system does not report a start time, only the process id is compared.
  expect(await isRunning(`${pid}-${start! + 1}`)).toBe(start === 0)
  expect(await isRunning(`${pid}-0`)).toBe(true)
})

test('a process that was killed runs no more', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const identity = `${child.pid}-0`
  expect(await isRunning(identity)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await isRunning(identity)).toBe(false)
})
