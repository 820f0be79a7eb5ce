import { join } from 'node:path'
import { z } from 'zod'
import type { EarlierAnswers } from '../../../src-shared/window-api.ts'
import { mostEarlier } from '../../../src-shared/most-earlier.ts'
import { JsonList } from '../../files/json-list.ts'
import { outputFailed } from '../../files/output-failed.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { inTurn } from './in-turn.ts'

const limits = { mostItems: mostEarlier, mostBytes: 4 * 1024 * 1024, mode: 0o600 }
const kept = z.object({ sshKeys: z.array(z.string()).min(1).max(100), hostname: z.string().max(1024) })
type Kept = z.infer<typeof kept>

const fileIn = (state: string) => join(state, 'first-boot.json')
const listIn = (state: string) => new JsonList(fileIn(state), kept, limits)

/** Returns the first boots that were set up before, the last one first. */
export async function readEarlierAnswers(state: string): Promise<EarlierAnswers[]> {
  return (await listIn(state).read()).flatMap(({ sshKeys, hostname }) => {
    const keys = readSshKeys(sshKeys.join('\n'))
    return typeof keys === 'string' ? [] : { keys, hostname }
  })
}

/** Keeps answers for the next window. Errors are ignored, because a job does not depend on them. */
export async function keepAnswers(state: string, answers: Kept): Promise<void> {
  await change(state, (all) => [answers, ...all.filter(isOther(answers))]).catch(() => {})
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

const change = inTurn((state: string, edit: (all: Kept[]) => Kept[]): Promise<void> =>
  listIn(state)
    .change(edit)
    .catch((error: unknown) => {
      throw outputFailed(fileIn(state), error)
    }),
)
