import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rolldown } from 'rolldown'
import { appendLine } from '../../../src-main/log/log-file.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'

let directory: TemporaryDirectory
beforeAll(async () => void (directory = await makeTemporaryDirectory()))
afterAll(() => directory?.dispose())

/** Reads all lines of the log and of its rotated files. */
async function readAll(folder: string): Promise<string[]> {
  const names = await readdir(directory.file(folder))
  const texts = await Promise.all(names.map((name) => readFile(directory.file(`${folder}/${name}`), 'utf8')))
  for (const text of texts) expect(text).toMatch(/\n$/)
  return texts.flatMap((text) => text.split('\n').slice(0, -1))
}

test('a file that grows past the limit is put aside, and a few of those are kept', async () => {
  const file = directory.file('rotated/kindling.log')
  for (let line = 0; line < 200; line++)
    appendLine(file, JSON.stringify({ line, padding: 'x'.repeat(100) }), { limit: 2000, generations: 3 })
  const names = await readdir(directory.file('rotated'))
  expect(names.filter((name) => name !== 'kindling.log')).toHaveLength(3)
  expect(names).toContain('kindling.log')
  for (const name of names) expect((await stat(directory.file(`rotated/${name}`))).size).toBeLessThanOrEqual(2000)
  const lines = (await readAll('rotated')).map((text) => (JSON.parse(text) as { line: number }).line)
  // The newest lines are there without a gap.
  const kept = lines.toSorted((a, b) => a - b)
  expect(kept.at(-1)).toBe(199)
  expect(kept).toEqual(kept.map((_, index) => 200 - kept.length + index))
})

test('nobody else may read it', async () => {
  const file = directory.file('private/kindling.log')
  appendLine(file, 'x', null)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('four processes that write and rotate at once lose no line and break none', async () => {
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, '../../../src-main/log/log-file.ts'),
    platform: 'node',
  })
  await bundle.write({ file: directory.file('log-file.mjs') })
  const program = `
    import { appendLine } from ${JSON.stringify(directory.file('log-file.mjs'))}
    for (let line = 0; line < 500; line++)
      appendLine(process.argv[1], JSON.stringify({ by: process.argv[2], line, padding: 'x'.repeat(line % 300) }), { limit: 8000, generations: 1000 })
  `
  const file = directory.file('shared/kindling.log')
  const writers = ['a', 'b', 'c', 'd'].map((name) =>
    spawn(process.execPath, ['--input-type=module', '-e', program, file, name], { stdio: 'inherit' }),
  )
  const codes = await Promise.all(writers.map((writer) => once(writer, 'close').then(([code]) => code as number)))
  expect(codes).toEqual([0, 0, 0, 0])
  const lines = (await readAll('shared')).map((text) => JSON.parse(text) as { by: string; line: number })
  expect(new Set(lines.map(({ by, line }) => `${by}${line}`)).size).toBe(2000)
  expect(lines).toHaveLength(2000)
})
