import { isHostname } from '../../src-shared/is-hostname.ts'
import type { SimpleAnswers } from '../../src-shared/simple-answers.ts'
import type { LastAnswers } from '../../src-shared/window-api.ts'
import type { SshKey } from '../../src-shared/ssh-key.ts'

/** A host name and the SSH keys that may log in, of which the core makes a config. */
export class FirstBootAnswers {
  keys = $state.raw<SshKey[]>([])
  hostname = $state('')
  /** The answers of the last write; null if there was none. */
  last = $state.raw<LastAnswers | null>(null)

  readonly hostnameWrong = $derived(this.hostname.trim() !== '' && !isHostname(this.hostname.trim()))
  readonly state = $derived.by(() => {
    if (this.hostnameWrong) return 'hostname'
    return this.keys.length === 0 ? 'keyless' : 'ready'
  })
  readonly spec: SimpleAnswers = $derived({
    user: 'core',
    sshKeys: this.keys.map(({ line }) => line),
    hostname: this.hostname.trim() || null,
    ...{ passwordHash: null, timezone: null, address: null, autologin: false, updateWindow: null },
  })

  add(keys: SshKey[]): void {
    const known = new Set(this.keys.map(({ fingerprint }) => fingerprint))
    this.keys = [...this.keys, ...keys.filter(({ fingerprint }) => !known.has(fingerprint))]
  }

  remove({ fingerprint }: SshKey): void {
    this.keys = this.keys.filter((key) => key.fingerprint !== fingerprint)
  }

  /** Answers as for the last write. */
  repeat(): void {
    if (this.last === null) return
    this.keys = this.last.keys
    this.hostname = this.last.hostname
  }

  /** Keeps the answers for the next write of this window. The host keeps them for the next one. */
  keep(): void {
    this.last = { keys: this.keys, hostname: this.hostname.trim() }
  }
}
