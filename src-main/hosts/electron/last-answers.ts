import { join } from 'node:path'
import { z } from 'zod'
import type { LastAnswers } from '../../../src-shared/window-api.ts'
import { makeDirectory } from '../../files/make-directory.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'

const longestFile = 4 * 1024 * 1024
const kept = z.object({ sshKeys: z.array(z.string()).min(1).max(100), hostname: z.string().max(1024) })

const fileIn = (state: string) => join(state, 'first-boot.json')

/** Returns the first boot that was set up last; null if there is none that can be read. */
export async function readLastAnswers(state: string): Promise<LastAnswers | null> {
  try {
    const { sshKeys, hostname } = kept.parse(JSON.parse((await readSmallFile(fileIn(state), longestFile)).toString()))
    const keys = readSshKeys(sshKeys.join('\n'))
    return typeof keys === 'string' ? null : { keys, hostname }
  } catch {
    return null
  }
}

/** Keeps answers for the next window. Errors are ignored, because a job does not depend on them. */
export async function keepAnswers(state: string, answers: z.infer<typeof kept>): Promise<void> {
  try {
    await makeDirectory(state)
    await replaceFile(fileIn(state), `${JSON.stringify(answers)}\n`, 0o600)
  } catch {
    return
  }
}
