import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryDirectory } from './temporary.ts'

/** Tells the processes of a run where they keep what they share. */
const variable = 'KINDLING_TEST_KEPT'
let turns = 0

/** Vitest calls it before all tests of a run, and what it answers behind them. */
export async function setup(): Promise<() => Promise<void>> {
  const directory = await makeTemporaryDirectory('kindling-kept-')
  process.env[variable] = directory.path
  return () => directory.dispose()
}

/**
 * Answers what is made of bytes, from the first file of the run that asked for it: most test files publish the same images,
 * and to compress one takes seconds. Outside of a run it is made each time.
 * @param how all else that it depends on
 */
export async function keepForRun(how: string, from: Uint8Array, make: () => Promise<Buffer>): Promise<Buffer> {
  const directory = process.env[variable]
  if (directory === undefined) return make()
  const file = join(directory, createHash('sha256').update(`${how}\n`).update(from).digest('hex'))
  const kept = await readFile(file).catch(() => null)
  if (kept !== null) return kept
  const made = await make()
  // Another process may make the same one: each finds a whole one, or none.
  const own = `${file}-${process.pid}-${++turns}`
  await writeFile(own, made)
  await rename(own, file)
  return made
}
