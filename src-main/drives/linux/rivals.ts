import { stat } from 'node:fs/promises'
import { say } from '../../../src-shared/phrases.ts'
import { fileNumber } from '../file-number.ts'
import type { Layers } from './layers.ts'
import type { Loop } from './loops.ts'
import { readFileOpeners } from './openers.ts'
import { readSwaps } from './swaps.ts'
import { nameLoop } from './users.ts'

/**
 * Names for people of everything that may change the files that a drive lies in, the drive itself
 * left out: other loop devices over them, swap, and programs that have one open for writing. A
 * program that only reads counts for nothing.
 * @param mayHold counts every program that has one open, this one too: any of them may hold its
 * lock
 */
export async function readRivals({ files, devices }: Layers, loops: Loop[], mayHold = false): Promise<string[]> {
  if (files.size === 0) return []
  const openers = await readFileOpeners(files)
  return [
    ...loops.filter(({ device, number }) => number !== null && files.has(number) && !devices.has(device)).map(nameLoop),
    ...((await isSwap(files)) ? [say('swap')] : []),
    ...new Set(openers.filter(({ writes, own }) => mayHold || (writes && !own)).map((opener) => opener.process)),
  ]
}

async function isSwap(files: ReadonlySet<string>): Promise<boolean> {
  const numbers = await Promise.all(
    (await readSwaps()).map((path) => stat(path, { bigint: true }).then(fileNumber, () => '')),
  )
  return numbers.some((number) => files.has(number))
}
