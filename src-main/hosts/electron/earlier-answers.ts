import { join } from 'node:path'
import { z } from 'zod'
import type { EarlierAnswers } from '../../../src-shared/window-api.ts'
import { makeDirectory } from '../../files/make-directory.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { mostEarlier } from '../../../src-shared/most-earlier.ts'

const longestFile = 4 * 1024 * 1024
const kept = z.object({ sshKeys: z.array(z.string()).min(1).max(100), hostname: z.string().max(1024) })
type Kept = z.infer<typeof kept>

const fileIn = (state: string) => join(state, 'first-boot.json')

/** Returns the first boots that were set up before, the last one first. */
export async function readEarlierAnswers(state: string): Promise<EarlierAnswers[]> {
  return (await readKept(state)).flatMap(({ sshKeys, hostname }) => {
    const keys = readSshKeys(sshKeys.join('\n'))
    return typeof keys === 'string' ? [] : { keys, hostname }
  })
}

/** Keeps answers for the next window. Errors are ignored, because a job does not depend on them. */
export async function keepAnswers(state: string, answers: Kept): Promise<void> {
  try {
    const isOther = (each: Kept) => JSON.stringify(each) !== JSON.stringify(answers)
    const all = [answers, ...(await readKept(state)).filter(isOther)].slice(0, mostEarlier)
    await makeDirectory(state)
    await replaceFile(fileIn(state), `${JSON.stringify(all)}\n`, 0o600)
  } catch {
    return
  }
}

async function readKept(state: string): Promise<Kept[]> {
  try {
    return kept.array().parse(JSON.parse((await readSmallFile(fileIn(state), longestFile)).toString()))
  } catch {
    return []
  }
}
