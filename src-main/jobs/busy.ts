import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, ownIdentity } from '../files/process-identity.ts'
import type { Paths } from '../ports.ts'
import { makeDirectory } from '../files/make-directory.ts'

/*
 * Records which Kindling processes run a job: one file for each, named by the process, in the state
 * directory. Only updates read it, so that none replaces the program while another process runs a
 * job. Errors here never fail a job, and a job waits for this only at its end.
 */

const directoryOf = ({ state }: Pick<Paths, 'state'>) => join(state, 'busy')
/** Serializes the writes, so that the last call wins. */
let turn: Promise<void> = Promise.resolve()

/** Records how many jobs this process runs. Never fails. */
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

/**
 * Returns whether another process runs a job. Removes the files of processes that crashed or were
 * killed.
 */
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
