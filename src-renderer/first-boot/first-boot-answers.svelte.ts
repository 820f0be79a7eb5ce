import { mostEarlier } from '../../src-shared/most-earlier.ts'
import { isHostname } from '../../src-shared/is-hostname.ts'
import type { Drive } from '../../src-shared/drive.ts'
import type { Profile } from '../../src-shared/profile.ts'
import type { SimpleAnswers, StaticAddress } from '../../src-shared/simple-answers.ts'
import type { EarlierAnswers } from '../../src-shared/window-api.ts'
import type { SshKey } from '../../src-shared/ssh-key.ts'
import { describeAnswers } from './describe-answers.ts'
import { HostNames } from './host-names.svelte.ts'

/** Login, host name and address of a system, of which the core makes a config. */
export class FirstBootAnswers {
  keys = $state.raw<SshKey[]>([])
  /** Text of the password until it is set. */
  password = $state('')
  /** Hash of the password; null for none. */
  passwordHash = $state<string | null>(null)
  /** Host name, or a pattern of one for each drive. */
  hostname = $state('')
  readonly names: HostNames
  /** Fields of a static address as the user typed them. All are empty for an automatic one. */
  readonly network = $state({ address: '', gateway: '', dns: '', device: '' })
  /** The core's reading of a text of `network`. */
  #reading = $state.raw<{ text: string; address: StaticAddress | null } | null>(null)
  /** The answers of earlier writes, the last one first. */
  earlier = $state.raw<EarlierAnswers[]>([])
  profiles = $state.raw<Profile[]>([])

  readonly hostnameWrong = $derived(this.hostname.trim() !== '' && !isHostname(this.hostname.trim()))
  /** The static address in the form of the command line; empty for an automatic one. */
  readonly addressText = $derived.by(() => {
    const { address, gateway, dns, device } = this.network
    const options = [
      ['gateway', gateway.trim()],
      ...dns.split(/[\s,;]+/).map((each) => ['dns', each]),
      ['device', device.trim()],
    ]
    const given = options.filter(([, value]) => value !== '').map((option) => option.join('='))
    return given.length === 0 ? address.trim() : [address.trim(), ...given].join(',')
  })
  readonly address = $derived(this.#reading?.text === this.addressText ? this.#reading.address : null)
  readonly addressWrong = $derived(
    this.addressText !== '' && this.#reading?.text === this.addressText && this.address === null,
  )
  readonly state = $derived.by(() => {
    if (this.hostnameWrong || this.names.wrong) return 'hostname'
    if (this.addressText !== '' && this.address === null) return 'address'
    if (this.password !== '') return 'password'
    return this.lets ? 'ready' : 'keyless'
  })
  /** Whether a user can log in. */
  readonly lets = $derived(this.keys.length > 0 || this.passwordHash !== null)
  readonly spec: SimpleAnswers = $derived({
    user: 'core',
    sshKeys: this.keys.map(({ line }) => line),
    passwordHash: this.passwordHash,
    hostname: this.hostname.trim() || null,
    address: this.address,
    ...{ timezone: null, autologin: false, updateWindow: null },
  })

  /** The answers in words, with the host names of the chosen drives. */
  get words(): string {
    const { keys, hostname, passwordHash, address } = this
    return describeAnswers({ keys, hostname, hostnames: this.names.all, passwordHash, address })
  }

  /**
   * @param drives – the chosen drives
   * @param hasFields – whether the rows of drives have a field for the host name
   */
  constructor(drives: () => Drive[], hasFields: () => boolean) {
    this.names = new HostNames(() => this.hostname, drives, hasFields)
  }

  /** The answers that may be kept: all but the password. */
  get lasting(): SimpleAnswers {
    return { ...this.spec, passwordHash: null }
  }

  add(keys: SshKey[]): void {
    const known = new Set(this.keys.map(({ fingerprint }) => fingerprint))
    this.keys = [...this.keys, ...keys.filter(({ fingerprint }) => !known.has(fingerprint))]
  }

  remove({ fingerprint }: SshKey): void {
    this.keys = this.keys.filter((key) => key.fingerprint !== fingerprint)
  }

  acceptAddress(text: string, address: StaticAddress | null): void {
    this.#reading = { text, address }
  }

  /** Answers as for an earlier write. */
  repeat(earlier: EarlierAnswers): void {
    this.use({ ...earlier, address: null })
  }

  /** Replaces all answers by those of a profile. */
  use({ keys, hostname, address }: Omit<Profile, 'name'>): void {
    this.keys = keys
    this.hostname = hostname
    this.password = ''
    this.passwordHash = null
    const { address: place = '', gateway = null, dns = [], device = null } = address ?? {}
    Object.assign(this.network, { address: place, gateway: gateway ?? '', dns: dns.join(', '), device: device ?? '' })
  }

  /** Keeps the answers for the next write of this window. The host keeps them for the next one. */
  keep(): void {
    if (this.keys.length === 0) return
    const answers = { keys: this.keys, hostname: this.hostname.trim() }
    const others = this.earlier.filter((each) => !isEqual(each, answers))
    this.earlier = [answers, ...others].slice(0, mostEarlier)
  }
}

const isEqual = (a: EarlierAnswers, b: EarlierAnswers): boolean =>
  a.hostname === b.hostname && a.keys.map(({ line }) => line).join('\n') === b.keys.map(({ line }) => line).join('\n')
