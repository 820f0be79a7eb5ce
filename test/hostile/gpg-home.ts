import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from '../support/programs/run-tool.ts'

/** A home directory for the real gpg, with any number of keys. */
export class GpgHome {
  readonly #home: string
  readonly #keys = new Map<string, Promise<string>>()

  private constructor(home: string) {
    this.#home = home
  }

  static async make(): Promise<GpgHome> {
    // In /tmp, because the path of the agent's socket is limited to 107 characters.
    return new GpgHome(await mkdtemp('/tmp/kg-'))
  }

  /** Runs gpg in this home and returns its output. */
  run(args: string[], input?: Uint8Array | string): Promise<Buffer> {
    const common = [
      '--homedir',
      this.#home,
      '--batch',
      '--charset',
      'utf-8',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ]
    // A string is the input itself, not the path of a file.
    return runTool('gpg', [...common, ...args], input === undefined ? {} : { input: Buffer.from(input) })
  }

  /**
   * Returns the fingerprint of a signing key, which is created on first use.
   * @param born – age of the key, in days
   */
  key(name: string, algorithm = 'ed25519', { born = 1000, expires = 'never' } = {}): Promise<string> {
    const made = this.#keys.get(name) ?? this.#make(name, algorithm, born, expires)
    this.#keys.set(name, made)
    return made
  }

  async #make(name: string, algorithm: string, born: number, expires: string): Promise<string> {
    await this.run([...daysAgo(born), '--quick-gen-key', `${name} <key@example.org>`, algorithm, 'sign', expires])
    return this.#fingerprintsOf(name).then(([first]) => first!)
  }

  /** Adds a signing subkey and returns its fingerprint. */
  async addSubkey(name: string, born = 900, expires = 'never'): Promise<string> {
    const primary = await this.key(name)
    await this.run([...daysAgo(born), '--quick-add-key', primary, 'ed25519', 'sign', expires])
    return this.#fingerprintsOf(name).then((all) => all.at(-1)!)
  }

  async #fingerprintsOf(name: string): Promise<string[]> {
    const listing = await this.run(['--with-colons', '--list-keys', name])
    return [...listing.toString().matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map((match) => match[1]!)
  }

  /** Returns a file for `--keyring` with the public keys. */
  async keyring(...names: string[]): Promise<string> {
    const file = join(this.#home, `${names.join('-').replaceAll(/\W/g, '_')}.keyring`)
    for (const name of names) await this.key(name)
    await writeFile(file, await this.export(...names))
    return file
  }

  export(...names: string[]): Promise<Buffer> {
    return this.run(['--export', ...names])
  }

  /**
   * Returns a detached signature.
   * @param signer – the name of a key, or a fingerprint with `!` for a subkey
   */
  async sign(signer: string, bytes: Uint8Array, ...more: string[]): Promise<Buffer> {
    if (!signer.endsWith('!')) await this.key(signer)
    const how = more.some((option) => /^--(clear-?sign|sign)$/.test(option)) ? [] : ['--detach-sign']
    return this.run(['--local-user', signer, '--allow-weak-digest-algos', ...more, ...how], bytes)
  }

  async dispose(): Promise<void> {
    await runTool('gpgconf', ['--homedir', this.#home, '--kill', 'all'])
    await rm(this.#home, { recursive: true, force: true })
  }
}

/** Returns gpg options that set its clock to an earlier day. */
export const daysAgo = (days: number): string[] => [
  '--faked-system-time',
  String(Math.floor(Date.now() / 1000) - days * 24 * 3600),
]
