import type { ConfigCheck } from '../../src-shared/config-check.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import { readSmallFile, TooLargeError } from '../files/regular-file.ts'
import { createProblem } from './problem.ts'
import { readGivenConfig } from './read-given-config.ts'
import { maxConfig } from './recognize.ts'

/**
 * Checks a file with an Ignition or a Butane config.
 * @param release – release of Fedora CoreOS that shall accept it, or null
 * @throws first-boot-file-unreadable
 */
export async function checkFile(path: string, release: string | null): Promise<ConfigCheck> {
  try {
    const { bytes: _, ...check } = readGivenConfig(await readSmallFile(path, maxConfig), release)
    return check
  } catch (error) {
    if (error instanceof TooLargeError)
      return { version: null, problems: [createProblem('file-too-large', null, [], { most: maxConfig })], users: [] }
    throw new KindlingError('first-boot-file-unreadable', { file: path, reason: reasonOf(error) }, { cause: error })
  }
}
