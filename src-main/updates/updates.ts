import { rm } from 'node:fs/promises'
import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { Settings } from '../../src-shared/settings.ts'
import type { NoUpdates, Update, UpdateChannel, UpdateState } from '../../src-shared/update.ts'
import type { Referrer } from '../net/http.ts'
import type { KeySources, Ports } from '../ports.ts'
import type { SignedSum } from './prove-update.ts'

/** A newer version, as the place of updates tells of it: nothing of it is proved. */
export interface Found {
  version: string
  /** Of its file, as it must be for that version. */
  name: string
  file: URL
  /** The server that named the file. */
  namedBy: Referrer
  /** Bytes, or null. */
  size: number | null
}

/** What looks, fetches and installs on this system. Of what it brings nothing counts until it is proved. */
export interface Updater {
  /** The newest version of the channel where it is newer than this one, else null. @throws update-unreadable and those of the network */
  look(channel: UpdateChannel, signal: AbortSignal): Promise<Found | null>
  /** Fetches what was found last. @returns where it is now */
  fetch(signal: AbortSignal, onProgress: (done: number, total: number | null) => void): Promise<string>
  /** Puts it in the place of this program, which ends. Settles only when that failed. @throws update-failed */
  install(sum: SignedSum): Promise<never>
}

export interface UpdatesOptions {
  why: NoUpdates | null
  keys: KeySources
  /** Called when there is something to do, and once: what it loads is large. */
  open: () => Promise<Updater>
  jobs: { readonly count: number; onChange(listener: (count: number) => void): void }
  /** Whether another Kindling of this person has a job. */
  othersAreBusy: () => Promise<boolean>
  onError?: (error: unknown) => void
}

/** OpenPGP takes long to start. */
const loadProof = () => import('./prove-update.ts')
/** Milliseconds. */
const progressEvery = 200
/** Milliseconds: from when the window is there, and between two looks. */
const [beforeFirst, between] = [30_000, 24 * 60 * 60 * 1000]

/**
 * New versions of this program: looked for when the settings want it, fetched and installed when a person says so, and each
 * proved by a release key before anything of it is fetched, and again before it is installed. Nothing of it happens while a job runs;
 * what a job ends begins again when the last one is over.
 */
export class Updates {
  readonly #ports: Pick<Ports, 'http' | 'paths' | 'now' | 'sleep' | 'random'>
  readonly #options: UpdatesOptions
  readonly #listeners = new Set<(update: Update) => void>()
  #state: UpdateState
  #channel: UpdateChannel | null = null
  #watching: AbortController | null = null
  #acting: AbortController | null = null
  /** What a job ended. */
  #wanted: (() => Promise<void>) | null = null
  #updater: Promise<Updater> | null = null
  #found: { found: Found; sum: SignedSum; path: string | null } | null = null

  constructor(ports: Pick<Ports, 'http' | 'paths' | 'now' | 'sleep' | 'random'>, options: UpdatesOptions) {
    this.#ports = ports
    this.#options = options
    this.#state = options.why === null ? { state: 'off' } : { state: 'not-offered', reason: options.why }
    options.jobs.onChange((count) => {
      if (count > 0) this.#acting?.abort(new KindlingError('update-waits'))
      else void this.#takeUp()
      this.#tell()
    })
  }

  get now(): Update {
    return { ...this.#state, waits: this.#options.jobs.count > 0 }
  }

  onChange(listener: (update: Update) => void): void {
    this.#listeners.add(listener)
  }

  /** Turns it on or off, now and whenever the settings change. */
  heed(setting: Settings['updates']): void {
    const channel = setting === 'off' ? null : setting
    if (this.#options.why !== null || channel === this.#channel || this.#state.state === 'installing') return
    this.#channel = channel
    for (const each of [this.#watching, this.#acting]) each?.abort(new KindlingError('interrupted'))
    this.#watching = this.#acting = this.#wanted = this.#found = null
    this.#become(channel === null ? { state: 'off' } : { state: 'idle' })
    if (channel === null) return
    this.#watching = new AbortController()
    void this.#watch(this.#watching.signal)
  }

  /** @throws update-waits; what else goes wrong is the state */
  async look(): Promise<void> {
    const channel = this.#channel
    if (channel === null || this.#acting !== null) return
    const before = this.#state
    await this.#act(
      { state: 'looking' },
      before,
      () => this.look(),
      null,
      async (signal) => {
        const found = await (await this.#open()).look(channel, signal)
        this.#found = null
        if (found === null) return { state: 'current' }
        const { version, size } = found
        try {
          const { readSignedSum } = await loadProof()
          const sum = await readSignedSum(this.#ports, this.#options.keys, { ...found, signal })
          this.#found = { found, sum, path: null }
        } catch (error) {
          if (!(error instanceof KindlingError && error.code === 'update-unproved') || signal.aborted) throw error
          return this.#fail(error, version)
        }
        return { state: 'found', version, size }
      },
    )
  }

  /** Fetches what was found, and proves it. @throws update-waits; what else goes wrong is the state */
  async fetch(): Promise<void> {
    const it = this.#found
    if (it === null || this.#acting !== null || this.#state.state === 'ready') return
    const { version, size } = it.found
    const progress = (done: number, total: number | null): UpdateState => ({ state: 'fetching', version, done, total })
    await this.#act(
      progress(0, size),
      { state: 'found', version, size },
      () => this.fetch(),
      version,
      async (signal) => {
        const updater = await this.#open()
        let told = 0
        const path = await updater.fetch(signal, (done, total) => {
          const now = this.#ports.now()
          if (signal.aborted || now - told < progressEvery) return
          told = now
          this.#become(progress(done, total ?? size))
        })
        const { proveFile } = await loadProof()
        await proveFile(path, it.sum).catch(async (error: unknown) => {
          await rm(path, { force: true })
          throw error
        })
        it.path = path
        return { state: 'ready', version, signedBy: it.sum.signedBy }
      },
    )
  }

  /** Installs what is proved, and ends the program. @throws update-waits; what else goes wrong is the state */
  async install(): Promise<void> {
    const it = this.#found
    if (it === null || it.path === null || this.#acting !== null) return
    const { version } = it.found
    const path = it.path
    const before: UpdateState = { state: 'ready', version, signedBy: it.sum.signedBy }
    await this.#act({ state: 'installing', version }, before, null, version, async (signal) => {
      const { proveFile } = await loadProof()
      // It has lain there for a while.
      await proveFile(path, it.sum)
      signal.throwIfAborted()
      return (await this.#open()).install(it.sum)
    })
  }

  /** @param again begins anew when a job ended it; null for what a person has to say again */
  async #act(
    during: UpdateState,
    before: UpdateState,
    again: (() => Promise<void>) | null,
    version: string | null,
    act: (signal: AbortSignal) => Promise<UpdateState>,
  ): Promise<void> {
    const abort = new AbortController()
    this.#acting = abort
    try {
      const busy = (await this.#options.othersAreBusy()) || this.#options.jobs.count > 0
      if (abort.signal.aborted && this.#acting !== abort) return
      if (busy) throw new KindlingError('update-waits')
    } catch (error) {
      this.#acting = null
      throw error
    }
    this.#become(during)
    let after: UpdateState
    try {
      after = await act(abort.signal)
    } catch (error) {
      after = abort.signal.aborted ? before : this.#fail(error, version)
    }
    // The settings have said something else meanwhile.
    if (this.#acting !== abort) return
    this.#acting = null
    if (abort.signal.aborted) this.#wanted = again
    this.#become(abort.signal.aborted ? before : after)
    if (this.#options.jobs.count === 0) await this.#takeUp()
  }

  async #takeUp(): Promise<void> {
    const again = this.#wanted
    if (again === null || this.#acting !== null) return
    this.#wanted = null
    await again().catch(() => undefined)
  }

  #fail(error: unknown, version: string | null): UpdateState {
    this.#options.onError?.(error)
    return { state: 'failed', version, failure: toFailure(error) }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for (let pause = beforeFirst; ; pause = between) {
      try {
        await this.#ports.sleep(pause, signal)
      } catch {
        return
      }
      const { state } = this.#state
      if (state !== 'idle' && state !== 'current' && state !== 'failed') continue
      await this.look().catch(() => {
        // Of a job of this window's the end is told; of another program's not, and tomorrow is soon enough.
        this.#wanted = () => this.look()
      })
    }
  }

  #open(): Promise<Updater> {
    return (this.#updater ??= this.#options.open())
  }

  #become(state: UpdateState): void {
    this.#state = state
    this.#tell()
  }

  #tell(): void {
    const update = this.now
    for (const listener of this.#listeners) listener(update)
  }
}
