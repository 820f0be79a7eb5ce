import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer, SignOptions } from './signer.ts'
import { runTool } from '../run-tool.ts'

export type { Signer, SignOptions } from './signer.ts'

export interface GpgSigner extends Signer {
  /** Armored, and without a passphrase. */
  exportSecretKey(): Promise<string>
}

export interface GpgSignerOptions {
  name?: string
  /** Fedora's keys are rsa4096, which takes seconds to make. */
  algorithm?: 'rsa2048' | 'rsa3072' | 'rsa4096' | 'ed25519'
  /**
   * `expired`: the key lived through 2020 only; unless told otherwise its signatures are of June of that year.
   * `revoked`: the public key carries its revocation.
   */
  validity?: 'current' | 'expired' | 'revoked'
}

const past = { born: new Date('2020-01-02T00:00:00Z'), alive: new Date('2020-06-01T00:00:00Z') }

/** A new key pair in a home of its own, by the real gpg. It is dated 2020, so that it can sign at any time since. */
export async function makeSigner({
  name = 'Test Signer <signer@example.org>',
  algorithm = 'rsa2048',
  validity = 'current',
}: GpgSignerOptions = {}): Promise<GpgSigner> {
  const home = await makeHome()
  const expired = validity === 'expired'
  await gpg(home, [
    ...at(past.born),
    '--passphrase',
    '',
    '--quick-gen-key',
    name,
    algorithm,
    'sign',
    expired ? '1y' : 'never',
  ])
  const listing = await gpg(home, ['--with-colons', '--list-keys'])
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listing.toString())?.[1]
  if (fingerprint === undefined) throw new Error(`gpg made no key: ${listing}`)
  const armored = await gpg(home, ['--armor', '--export', fingerprint])
  const armoredPublicKey =
    validity === 'revoked' ? await revoke(armored, await readRevocation(home, fingerprint)) : armored.toString()

  return {
    fingerprint,
    armoredPublicKey,
    sign: (input, options = {}) =>
      gpg(home, signingArguments({ ...(expired && { madeAt: past.alive }), ...options }), input),
    exportSecretKey: async () => (await gpg(home, ['--armor', '--export-secret-keys', fingerprint])).toString(),
    dispose: () => leave(home),
  }
}

/** A key that another home has exported, in a home of its own. */
export async function openSigner(key: {
  fingerprint: string
  armoredPublicKey: string
  armoredSecretKey: string
}): Promise<Signer> {
  const home = await makeHome()
  await gpg(home, ['--import'], Buffer.from(key.armoredSecretKey))
  return {
    fingerprint: key.fingerprint,
    armoredPublicKey: key.armoredPublicKey,
    sign: (input, options = {}) => gpg(home, signingArguments(options), input),
    dispose: () => leave(home),
  }
}

function signingArguments({
  madeAt,
  expiresAfterDays,
  hash = 'SHA256',
  armored,
  inline,
  cleartext,
}: SignOptions): string[] {
  return [
    ...(madeAt ? at(madeAt) : []),
    ...(expiresAfterDays === undefined ? [] : ['--default-sig-expire', `${expiresAfterDays}d`]),
    '--digest-algo',
    hash,
    '--allow-weak-digest-algos',
    ...(armored ? ['--armor'] : []),
    cleartext ? '--clear-sign' : inline ? '--sign' : '--detach-sign',
  ]
}

/** The clock stands still: gpg may take its time. */
const at = (moment: Date): string[] => ['--faked-system-time', `${Math.floor(moment.getTime() / 1000)}!`]

/** gpg keeps a revocation ready beside each key, made harmless by a colon. */
async function readRevocation(home: string, fingerprint: string): Promise<Buffer> {
  const text = await readFile(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
  return Buffer.from(text.replace(':-----BEGIN', '-----BEGIN'))
}

/** The key as the world sees it after its owner revoked it. Elsewhere, since gpg signs nothing with a revoked key. */
async function revoke(armored: Buffer, revocation: Buffer): Promise<string> {
  const home = await makeHome()
  try {
    await gpg(home, ['--import'], armored)
    await gpg(home, ['--import'], revocation)
    return (await gpg(home, ['--armor', '--export'])).toString()
  } finally {
    await leave(home)
  }
}

/** In /tmp, since the path of the agent's socket may have only 107 characters. */
const makeHome = (): Promise<string> => mkdtemp('/tmp/kg-')

async function leave(home: string): Promise<void> {
  await runTool('gpgconf', ['--homedir', home, '--kill', 'all'])
  await rm(home, { recursive: true, force: true })
}

const gpg = (home: string, args: string[], input?: Uint8Array | string): Promise<Buffer> =>
  runTool('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...args], {
    ...(input !== undefined && { input }),
  })
