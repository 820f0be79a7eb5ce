import { join } from 'node:path'
import { z } from 'zod'
import { KindlingError } from '../../../src-shared/failure.ts'
import { staticAddress, type SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { mostProfiles } from '../../../src-shared/most-profiles.ts'
import { profileName, type Profile } from '../../../src-shared/profile.ts'
import { JsonList } from '../../files/json-list.ts'
import { outputFailed } from '../../files/output-failed.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import { inTurn } from './in-turn.ts'

const limits = { mostItems: Infinity, mostBytes: 16 * 1024 * 1024, mode: 0o600 }
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
  const list = new JsonList(file, kept, limits)
  const failed = (error: unknown) => {
    throw outputFailed(file, error)
  }

  const change = inTurn(async (edit: (profiles: Kept[]) => Kept[]): Promise<Profile[]> => {
    // A file that cannot be read fails: a change would lose its profiles.
    const profiles = await list.readStrictly().catch(failed)
    const sorted = edit(profiles).toSorted((a, b) => a.name.localeCompare(b.name))
    if (sorted.length > mostProfiles || JSON.stringify(sorted).length >= limits.mostBytes)
      throw new KindlingError('usage', { reason: 'There are too many profiles' })
    await list.replace(sorted).catch(failed)
    return describe(sorted)
  })

  return {
    read: async () => describe(await list.read()),
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
