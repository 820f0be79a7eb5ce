import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, ownIdentity } from '../files/process-identity.ts'
import type { Paths } from '../ports.ts'
import { makeDirectory } from '../files/make-directory.ts'

/*
 * Which processes of Kindling have a job: a file for each, named by the process, in the state
 * directory. Only updates ask, so that none replaces the program under another one's job. A job
 * fails by nothing of this, and waits for it only at its end.
 */

const directoryOf = ({ state }: Pick<Paths, 'state'>) => join(state, 'busy')
/** One after another, so that what was said last stands. */
let turn: Promise<void> = Promise.resolve()

/** Says how many jobs this process has. Never fails. */
export function markBusy(paths: Pick<Paths, 'state'>, count: number): Promise<void> {
  turn = turn
    .then(async () => {
      const file = join(directoryOf(paths), await ownIdentity())
      if (count === 0) return rm(file, { force: true })
      await makeDirectory(directoryOf(paths))
      await writeFile(file, '')
    })
    .catch(() => undefined)
  return turn
}

/** Whether another process has a job. Files of those that ended without a word are removed. */
export async function areOthersBusy(paths: Pick<Paths, 'state'>): Promise<boolean> {
  const own = await ownIdentity()
  let busy = false
  for (const identity of await readdir(directoryOf(paths)).catch(() => [])) {
    if (identity === own || !/^\d+-\d+$/.test(identity)) continue
    if (await isRunning(identity)) busy = true
    else await rm(join(directoryOf(paths), identity), { force: true })
  }
  return busy
}
