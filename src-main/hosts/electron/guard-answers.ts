import { KindlingError } from '../../../src-shared/failure.ts'
import { plain } from '../../../src-shared/plain.ts'
import type { SimpleAnswers } from '../../../src-shared/simple-answers.ts'
import { imageUser } from '../../ignition/make-config.ts'
import { parseAddress, writeAddress } from '../../ignition/network-keyfile.ts'
import { readSshKeys } from '../../ignition/ssh-keys.ts'
import type { Ask } from './ask.ts'
import type { PageGrants } from './page-grants.ts'

/**
 * Checks the answers of the page's form, for a job or for a profile. Asks the user about SSH keys
 * and a password that they did not agree to before.
 * @throws declined, usage
 */
export async function guardAnswers(
  answers: SimpleAnswers,
  grants: PageGrants,
  ask: Ask,
  purpose: 'job' | 'profile',
): Promise<void> {
  const { sshKeys, passwordHash, hostname: _, address, user, ...others } = answers
  const isNothing = (value: unknown) => value === null || value === false
  if (user !== imageUser || !Object.values(others).every(isNothing))
    throw refuse('The page answers with keys, a password, a host name and an address alone')
  if (address !== null && parseAddress(writeAddress(address)) === null) throw refuse('This is no address')
  const unknown = sshKeys.filter((line) => !grants.hasSshKey(line))
  if (unknown.length > 0) {
    const keys = readSshKeys(unknown.join('\n'))
    if (typeof keys === 'string') throw refuse('These are no SSH keys')
    const facts = keys.map(({ name, fingerprint }) => `${plain(name)}\n${fingerprint}`)
    if (!(await ask(purpose === 'job' ? 'sshKeys' : 'profileKeys', facts))) throw new KindlingError('declined')
    for (const line of unknown) grants.addSshKey(line)
  }
  if (passwordHash !== null && !grants.hasPassword(passwordHash)) {
    if (!(await ask('password', []))) throw new KindlingError('declined')
    grants.addPassword(passwordHash)
  }
}

const refuse = (reason: string): KindlingError => new KindlingError('usage', { reason })
