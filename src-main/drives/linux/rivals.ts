import { stat } from 'node:fs/promises'
import { say, type Said, distinct } from '../../../src-shared/phrases.ts'
import { fileNumber } from '../file-number.ts'
import type { Layers } from './layers.ts'
import type { Loop } from './loops.ts'
import type { Opener } from './openers.ts'
import { readSwaps } from './swaps.ts'
import { nameLoop } from './users.ts'

/**
 * Returns names for users of everything that may change the files which contain a drive. These are
 * other loop devices over the files, swap, and programs that have a file open for writing. The
 * drive itself is left out. Programs that only read do not count.
 * @param openers – of these files, and perhaps of others
 * @param mayHold – counts every program that has one of the files open, this one too: any of them
 * may have its lock
 */
export async function readRivals(
  { files, devices }: Layers,
  loops: Loop[],
  openers: Opener[],
  mayHold = false,
): Promise<Said[]> {
  if (files.size === 0) return []
  const ofFiles = openers.filter(({ what }) => files.has(what))
  return [
    ...loops.filter(({ device, number }) => number !== null && files.has(number) && !devices.has(device)).map(nameLoop),
    ...((await isSwap(files)) ? [say('swap')] : []),
    ...distinct(ofFiles.filter(({ writes, own }) => mayHold || (writes && !own)).map((opener) => opener.process)),
  ]
}

async function isSwap(files: ReadonlySet<string>): Promise<boolean> {
  const numbers = await Promise.all(
    (await readSwaps()).map((path) => stat(path, { bigint: true }).then(fileNumber, () => '')),
  )
  return numbers.some((number) => files.has(number))
}
