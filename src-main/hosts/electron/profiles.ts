import { join } from 'node:path'
import { z } from 'zod'
import { KindlingError } from '../../../src-shared/failure.ts'
import { staticAddress, type SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { mostProfiles } from '../../../src-shared/most-profiles.ts'
import { profileName, type Profile } from '../../../src-shared/profile.ts'
import { makeDirectory } from '../../files/make-directory.ts'
import { outputFailed } from '../../files/output-failed.ts'
import { readSmallFile, replaceFile } from '../../files/regular-file.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { inTurn } from './in-turn.ts'

const longestFile = 16 * 1024 * 1024
/** A profile as it is stored. It has no field for a password. */
const kept = z.object({
  name: profileName,
  sshKeys: z.array(z.string()).max(100),
  hostname: z.string().max(1024),
  address: staticAddress.nullable(),
})
type Kept = z.infer<typeof kept>

/** First boots that the user gave a name. Each change returns all of them, sorted by name. */
export interface Profiles {
  /** Never fails: a file that cannot be read has no profiles. */
  read(): Promise<Profile[]>
  /**
   * Keeps answers but for their password, in place of a profile of the same name.
   * @throws output-failed, usage for too many
   */
  save(name: string, answers: SimpleAnswers): Promise<Profile[]>
  /**
   * Gives a profile another name, in place of one that has it.
   * @throws output-failed
   */
  rename(from: string, to: string): Promise<Profile[]>
  /** @throws output-failed */
  remove(name: string): Promise<Profile[]>
}

/** @param state – folder of the program's state */
export function createProfiles(state: string): Profiles {
  const file = join(state, 'first-boot-profiles.json')

  /** @throws output-failed for a file that cannot be read: a change would lose what is in it */
  async function readKept(): Promise<Kept[]> {
    try {
      return kept.array().parse(JSON.parse((await readSmallFile(file, longestFile)).toString()))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw outputFailed(file, error)
    }
  }

  const change = inTurn(async (edit: (profiles: Kept[]) => Kept[]): Promise<Profile[]> => {
    const sorted = edit(await readKept()).toSorted((a, b) => a.name.localeCompare(b.name))
    const text = `${JSON.stringify(sorted)}\n`
    if (sorted.length > mostProfiles || text.length > longestFile)
      throw new KindlingError('usage', { reason: 'There are too many profiles' })
    try {
      await makeDirectory(state)
      await replaceFile(file, text, 0o600)
    } catch (error) {
      throw outputFailed(file, error)
    }
    return describe(sorted)
  })

  return {
    read: async () => describe(await readKept().catch(() => [])),
    save: (name, { sshKeys, hostname, address }) =>
      change((profiles) => [
        { name, sshKeys, hostname: hostname ?? '', address },
        ...profiles.filter((each) => each.name !== name),
      ]),
    rename: (from, to) =>
      change((profiles) => {
        if (from === to || !profiles.some(({ name }) => name === from)) return profiles
        const others = profiles.filter(({ name }) => name !== to)
        return others.map((each) => (each.name === from ? { ...each, name: to } : each))
      }),
    remove: (name) => change((profiles) => profiles.filter((each) => each.name !== name)),
  }
}

const describe = (profiles: Kept[]): Profile[] =>
  profiles.flatMap(({ name, sshKeys, hostname, address }) => {
    const keys = sshKeys.length === 0 ? [] : readSshKeys(sshKeys.join('\n'))
    return typeof keys === 'string' ? [] : { name, keys, hostname, address }
  })
