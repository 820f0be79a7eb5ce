import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryDirectory } from '../files/temporary.ts'

/** Environment variable that tells the processes of a run where their shared cache is. */
const variable = 'KINDLING_TEST_KEPT'
let turns = 0

/** Called by Vitest before all tests of a run. Vitest calls the returned function after them. */
export async function setup(): Promise<() => Promise<void>> {
  const directory = await makeTemporaryDirectory('kindling-kept-')
  process.env[variable] = directory.path
  return () => directory.dispose()
}

/** Returns the directory that all processes of a run share; undefined outside of a run. */
export const runDirectory = (): string | undefined => process.env[variable]

/**
 * Returns the result of `make` from a cache shared by all test files of a run. Most test files
 * publish the same images, and compressing one takes seconds. Outside of a run there is no cache.
 * @param how – everything else that the result depends on
 */
export async function keepForRun(how: string, from: Uint8Array, make: () => Promise<Buffer>): Promise<Buffer> {
  const directory = runDirectory()
  if (directory === undefined) return make()
  const file = join(directory, createHash('sha256').update(`${how}\n`).update(from).digest('hex'))
  const kept = await readFile(file).catch(() => null)
  if (kept !== null) return kept
  const made = await make()
  // Another process may write the same file. With the rename, a reader finds the whole file or
  // none.
  const own = `${file}-${process.pid}-${++turns}`
  await writeFile(own, made)
  await rename(own, file)
  return made
}
