import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Signer, SignOptions } from './signer.ts'
import { runTool } from '../programs/run-tool.ts'

export type { Signer, SignOptions } from './signer.ts'

export interface GpgSigner extends Signer {
  /** Returns the secret key, armored and without a passphrase. */
  exportSecretKey(): Promise<string>
}

export interface GpgSignerOptions {
  name?: string
  /** Default: rsa2048. Fedora's keys are rsa4096, which takes seconds to make. */
  algorithm?: 'rsa2048' | 'rsa3072' | 'rsa4096' | 'ed25519'
  /**
   * `expired`: the key was valid in 2020 only. By default its signatures are dated June of that
   * year.
   * `revoked`: the public key contains its revocation.
   */
  validity?: 'current' | 'expired' | 'revoked'
}

const past = { born: new Date('2020-01-02T00:00:00Z'), alive: new Date('2020-06-01T00:00:00Z') }

/**
 * Makes a new key pair in its own gpg home, with the real gpg. The key is dated 2020, so that it
 * can sign at any later time.
 */
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

/** Imports a key exported from another home into its own gpg home. */
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

/**
 * Returns gpg options that freeze the clock (`!`), so that gpg's own running time does not matter.
 */
const at = (moment: Date): string[] => ['--faked-system-time', `${Math.floor(moment.getTime() / 1000)}!`]

/** Reads the revocation that gpg stores beside each key, and removes the colon that disables it. */
async function readRevocation(home: string, fingerprint: string): Promise<Buffer> {
  const text = await readFile(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
  return Buffer.from(text.replace(':-----BEGIN', '-----BEGIN'))
}

/**
 * Returns the public key as published after its owner revoked it. It is made in another home,
 * because gpg does not sign with a revoked key.
 */
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

/**
 * Makes a gpg home in /tmp, because the path of the agent's socket is limited to 107 characters.
 */
const makeHome = (): Promise<string> => mkdtemp('/tmp/kg-')

async function leave(home: string): Promise<void> {
  await runTool('gpgconf', ['--homedir', home, '--kill', 'all'])
  await rm(home, { recursive: true, force: true })
}

const gpg = (home: string, args: string[], input?: Uint8Array | string): Promise<Buffer> =>
  runTool(
    'gpg',
    ['--homedir', home, '--batch', '--charset', 'utf-8', '--quiet', '--pinentry-mode', 'loopback', ...args],
    {
      ...(input !== undefined && { input }),
    },
  )
