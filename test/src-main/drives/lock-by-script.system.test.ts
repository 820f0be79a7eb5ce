import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { build } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockByScript, type Script } from '../../../src-main/drives/lock-by-script.ts'
import type { VolumeLock } from '../../../src-main/drives/system.ts'
import { descendants, orElse } from '../../support/programs/descendants.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

// Neither osascript nor powershell.exe is available, so Node scripts replace theirs. The processes
// are real.
let temporary: TemporaryDirectory
beforeAll(async () => {
  temporary = await makeTemporaryDirectory()
})
afterAll(() => temporary.dispose())

const standIn = (script: string) => ({ program: process.execPath, args: ['-e', script] })
const untilInputEnds = `process.stdin.resume()`
const forEver = `setInterval(() => {}, 1e6)`
/**
 * Returns whether a process is running. A process that has ended may still be a zombie (Z) until
 * its new parent reaps it.
 */
const isAlive = (pid: number) => orElse(false, () => !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')))
/** Runs a script with generous time limits, except for the given ones. */
const hold = (script: Script, limits: { answer?: number; end?: number } = {}) =>
  lockByScript(script, { answer: 250_000, end: 250_000, ...limits })
function asHold(result: Awaited<ReturnType<typeof lockByScript>>): VolumeLock {
  if (result === null || typeof result === 'string') throw new Error(`not held: ${result}`)
  return result
}
/** Runs `act`. Returns its result and the processes that it started and left running. */
async function startedBy<T>(act: () => Promise<T>): Promise<{ result: T; left: number[] }> {
  const before = new Set(descendants(process.pid))
  const result = await act()
  return { result, left: descendants(process.pid).filter((pid) => !before.has(pid)) }
}

test('what was taken is held until it is released, and then the script has ended by itself', async () => {
  const script = standIn(
    `console.log('held'); process.stdin.resume().on('end', () => require('node:fs').writeFileSync(process.env.NOTE, 'let go'))`,
  )
  const note = temporary.file('note')
  const { result, left } = await startedBy(() => hold({ ...script, env: { NOTE: note } }))
  expect(left).toHaveLength(1)
  await expect(readFile(note, 'utf8')).rejects.toThrow()
  expect(isAlive(left[0]!)).toBe(true)
  // Ctrl-C at a terminal is sent to a whole process group, so the script has its own group.
  expect(readFileSync(`/proc/${left[0]}/stat`, 'utf8')).toMatch(new RegExp(`\\) \\S \\d+ ${left[0]} `))
  await asHold(result).release()
  expect(isAlive(left[0]!)).toBe(false)
  expect(await readFile(note, 'utf8')).toBe('let go')
  await asHold(result).release()
})

test('a script that does not heed the end of its input is ended', async () => {
  const { result, left } = await startedBy(() => hold(standIn(`console.log('held'); ${forEver}`), { end: 500 }))
  await asHold(result).release()
  expect(left.map(isAlive)).toEqual([false])
})

test('a script that has ended before it is released is no trouble', async () => {
  const { result, left } = await startedBy(() => hold(standIn(`console.log('held')`)))
  await expect.poll(() => left.some(isAlive)).toBe(false)
  await asHold(result).release()
})

test.each([
  ['E:\\', `console.log('busy: E:\\\\'); ${untilInputEnds}`],
  ['another program', `process.stdout.write('busy: another program\\r\\n')`],
])('who has it is told: %s', async (who, script) => {
  const { result, left } = await startedBy(() => hold(standIn(script)))
  expect(result).toBe(who)
  expect(left).toEqual([])
})

test.each([
  ['nothing', forEver],
  ['nothing, and ends', ''],
  ['an error', `throw new Error('not allowed here')`],
  ['something else', `console.log('heldish'); ${forEver}`],
  ['something else before it', `console.log('Welcome'); console.log('held'); ${forEver}`],
  ['it without the end of the line', `process.stdout.write('held'); ${forEver}`],
])('a script that says %s holds nothing, and is not left behind', async (_, script) => {
  const { result, left } = await startedBy(() => hold(standIn(script), { answer: 1000 }))
  expect(result).toBeNull()
  expect(left).toEqual([])
})

test('a program that is not there holds nothing', async () => {
  expect(await lockByScript({ program: temporary.file('missing'), args: [] })).toBeNull()
})

test('it is let go of when the one who holds it is killed', async () => {
  // Kindling is a separate process, so the test starts one, too. Node 20 cannot run TypeScript.
  const input = temporary.file('holder.ts')
  const held = standIn(`console.log('held'); ${untilInputEnds}`)
  const module = new URL('../../../src-main/drives/lock-by-script.ts', import.meta.url).pathname
  await writeFile(
    input,
    `import { lockByScript, type Script } from ${JSON.stringify(module)}
console.log((await lockByScript(${JSON.stringify(held)})) === null ? 'none' : 'holding')`,
  )
  const file = temporary.file('holder.mjs')
  await build({ input, platform: 'node', output: { file, format: 'esm' }, logLevel: 'silent' })
  const holder = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(holder.stdout, 'data')) as [Buffer]
  expect(said.toString().trim()).toBe('holding')
  const [script] = descendants(holder.pid!)
  expect(isAlive(script!)).toBe(true)
  holder.kill('SIGKILL')
  await once(holder, 'close')
  await expect.poll(() => isAlive(script!)).toBe(false)
})
