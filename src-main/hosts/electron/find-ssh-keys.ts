import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { SshKey } from '../../../src-shared/ssh-key.ts'
import { readSmallFile } from '../../files/regular-file.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'

/** Longest file of public keys, in bytes. */
export const longestKeyFile = 1024 * 1024

/** Returns the user's own public keys: those in the `*.pub` files of `~/.ssh`. */
export async function findSshKeys(folder = join(homedir(), '.ssh')): Promise<SshKey[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.pub'))
      .toSorted()
      .map(async (name) => {
        const text = await readSmallFile(join(folder, name), longestKeyFile).catch(() => null)
        const keys = text === null ? 'no-key' : readSshKeys(text.toString())
        return typeof keys === 'string' ? [] : keys
      }),
  )
  return found.flat()
}
