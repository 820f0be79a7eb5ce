import { isHostname } from '../../src-shared/is-hostname.ts'
import type { SimpleAnswers } from '../../src-shared/simple-answers.ts'
import type { SshKey } from '../../src-shared/ssh-key.ts'

/** Where the answers of the last write are kept. They hold no secret. */
const place = 'first-boot'

interface Kept {
  keys: SshKey[]
  hostname: string
}

/** A host name and the SSH keys that may log in, of which the core makes a config. */
export class FirstBootAnswers {
  keys = $state.raw<SshKey[]>([])
  hostname = $state('')
  /** The answers of the last write; null if there was none. */
  last = $state.raw<Kept | null>(readLast())

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

  /** Keeps the answers for the next write. */
  keep(): void {
    this.last = { keys: this.keys, hostname: this.hostname.trim() }
    globalThis.localStorage?.setItem(place, JSON.stringify(this.last))
  }
}

function readLast(): Kept | null {
  try {
    const { keys, hostname } = JSON.parse(globalThis.localStorage?.getItem(place) ?? 'null')
    return Array.isArray(keys) && keys.length > 0 && typeof hostname === 'string' ? { keys, hostname } : null
  } catch {
    return null
  }
}
