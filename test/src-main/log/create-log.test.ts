import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLog } from '../../../src-main/log/create-log.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let directory: TemporaryDirectory
beforeAll(async () => void (directory = await makeTemporaryDirectory()))
afterAll(() => directory?.dispose())

const make = (name: string, onTrouble?: (error: unknown) => void) =>
  createLog({ directory: directory.file(name), version: '1.2.3', environment: { http_proxy: 'http://x' } }, onTrouble)
const read = async (file: string) =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('nothing is written before there is something to say; then the versions come first', async () => {
  const log = make('first')
  expect(await readdir(directory.path)).not.toContain('first')
  log.add('phase', { phase: 'write' }, 'a-job-with-a-long-name')
  const lines = await read(log.file)
  expect(lines.map(({ event }) => event)).toEqual(['program', 'proxies', 'phase'])
  expect(lines[0]).toMatchObject({ kindling: '1.2.3', node: process.versions.node, process: process.pid })
  expect(lines[1]).toMatchObject({ named: ['http_proxy'] })
  expect(lines[2]).toMatchObject({ job: 'a-job-wi', phase: 'write' })
})

test('an error is told with its causes, what the system says of each, and where an internal one comes from', async () => {
  const log = make('errors')
  const system = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO', errno: -5, syscall: 'write' })
  log.addError(new KindlingError('drive-write-failed', { offset: 7, reason: 'EIO' }, { cause: system }), 'job')
  log.addError(new TypeError('x is no function'))
  log.addError('only a text')
  const [, , first, second, third] = (await read(log.file)) as { chain: Record<string, unknown>[] }[]
  expect(first!.chain).toEqual([
    expect.objectContaining({ name: 'KindlingError', code: 'drive-write-failed' }),
    expect.objectContaining({ message: 'EIO: i/o error, write', code: 'EIO', errno: -5, syscall: 'write' }),
  ])
  expect(first!.chain[0]).not.toHaveProperty('stack')
  expect(second!.chain[0]!['stack']).toEqual(expect.arrayContaining([expect.stringContaining('create-log.test')]))
  expect(third!.chain).toEqual([{ message: 'only a text' }])
})

test('a log that cannot be written is no trouble, unless somebody asked for it', async () => {
  // A directory in place of the file: not even root can write to it.
  await mkdir(directory.file('blocked/kindling.log'), { recursive: true })
  const troubles: unknown[] = []
  const log = make('blocked', (error) => troubles.push(error))
  log.add('phase', {}, 'job')
  expect(troubles).toEqual([])
  expect(log.linesOf('job')).toHaveLength(1)
  await mkdir(directory.file('asked'))
  const asked = make('elsewhere', (error) => troubles.push(error))
  asked.divert(directory.file('asked'))
  asked.add('phase', {}, 'job')
  asked.add('phase', {}, 'job')
  expect(troubles).toEqual([expect.objectContaining({ code: 'EISDIR' })])
})

test('facts that cannot be written down are no trouble either', () => {
  const facts = {
    get broken(): never {
      throw new Error('read')
    },
  }
  expect(() => make('odd').add('phase', facts)).not.toThrow()
})

test('the lines of the last jobs are remembered, and of each only the last', () => {
  const log = make('many')
  for (let job = 0; job < 20; job++) for (let line = 0; line < 300; line++) log.add('phase', { line }, `job-${job}`)
  expect(log.linesOf('job-0')).toEqual([])
  expect(log.linesOf('job-19')).toHaveLength(200)
  expect(JSON.parse(log.linesOf('job-19').at(-1)!)).toMatchObject({ line: 299 })
})

test('a log that has a mebibyte is put aside, and three of those are kept', async () => {
  const log = make('long')
  log.add('phase', {})
  const names = () => readdir(dirname(log.file))
  await writeFile(log.file, 'x'.repeat(1024 * 1024 - 4096))
  log.add('phase', {})
  expect(await names()).toHaveLength(1)
  for (let round = 1; round <= 5; round++) {
    await writeFile(log.file, 'x'.repeat(1024 * 1024 - 1))
    log.add('phase', {})
    expect(await names()).toHaveLength(1 + Math.min(round, 3))
  }
})
