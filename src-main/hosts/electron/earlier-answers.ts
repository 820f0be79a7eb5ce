import { join } from 'node:path'
import { z } from 'zod'
import type { EarlierAnswers } from '../../../src-shared/window-api.ts'
import { makeDirectory } from '../../files/make-directory.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { mostEarlier } from '../../../src-shared/most-earlier.ts'
import { outputFailed } from '../../files/output-failed.ts'
import { inTurn } from './in-turn.ts'

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
  await change(state, (all) => [answers, ...all.filter(isOther(answers))].slice(0, mostEarlier)).catch(() => {})
}

/**
 * Deletes answers, and returns the others.
 * @throws output-failed
 */
export async function deleteEarlierAnswers(state: string, answers: Kept): Promise<EarlierAnswers[]> {
  await change(state, (all) => all.filter(isOther(answers)))
  return readEarlierAnswers(state)
}

const isOther = (one: Kept) => (each: Kept) =>
  each.hostname !== one.hostname || each.sshKeys.join('\n') !== one.sshKeys.join('\n')

const change = inTurn(async (state: string, edit: (all: Kept[]) => Kept[]): Promise<void> => {
  try {
    const all = edit(await readKept(state))
    await makeDirectory(state)
    await replaceFile(fileIn(state), `${JSON.stringify(all)}\n`, 0o600)
  } catch (error) {
    throw outputFailed(fileIn(state), error)
  }
})

async function readKept(state: string): Promise<Kept[]> {
  try {
    return kept.array().parse(JSON.parse((await readSmallFile(fileIn(state), longestFile)).toString()))
  } catch {
    return []
  }
}
