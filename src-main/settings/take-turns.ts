import { open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Ports } from '../ports.ts'
import { makeDirectory } from '../files/make-directory.ts'

/** Milliseconds: what is done in turn takes a few, so a turn that lasts longer was left by a process that was killed. */
const longestTurn = 10_000

/**
 * Acts while no other process of Kindling acts under the same name.
 * @param path of the file that says so while it is there
 * @throws what the file system throws
 */
export async function takeTurns<T>(
  ports: Pick<Ports, 'now' | 'sleep'>,
  path: string,
  act: () => Promise<T>,
): Promise<T> {
  await makeDirectory(dirname(path))
  while (!(await begin(path))) {
    const since = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    )
    if (since !== null && ports.now() - since > longestTurn) await rm(path, { force: true })
    else await ports.sleep(10)
  }
  try {
    return await act()
  } finally {
    await rm(path, { force: true })
  }
}

async function begin(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
