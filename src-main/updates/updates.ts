import { rm } from 'node:fs/promises'
import { KindlingError, toFailure } from '../../src-shared/failure.ts'
import type { Settings } from '../../src-shared/settings.ts'
import type { NoUpdates, Update, UpdateChannel, UpdateState } from '../../src-shared/update.ts'
import type { Referrer } from '../net/http.ts'
import type { KeySources, Ports } from '../ports.ts'
import type { SignedSum } from './prove-update.ts'

/** A newer version, as described by the update server. None of it is verified. */
export interface AvailableUpdate {
  version: string
  /** The file name that the version must have. */
  name: string
  file: URL
  /** The server that supplied the URL of the file. */
  referrer: Referrer
  /** Size of the file in bytes, or null. */
  size: number | null
}

/**
 * Platform adapter that finds, downloads and installs updates. Its results are untrusted until
 * verified.
 */
export interface Updater {
  /**
   * Returns the newest version of the channel; null if it is not newer than this one.
   * @throws update-unreadable and those of the network
   */
  look(channel: UpdateChannel, signal: AbortSignal): Promise<AvailableUpdate | null>
  /**
   * Downloads the version that was found last.
   * @returns the path of the downloaded file
   */
  fetch(signal: AbortSignal, onProgress: (done: number, total: number | null) => void): Promise<string>
  /**
   * Replaces this program with the update and exits. The promise settles only on failure.
   * @throws update-failed
   */
  install(sum: SignedSum): Promise<never>
}

export interface UpdatesOptions {
  why: NoUpdates | null
  keys: KeySources
  /** Loads the platform adapter. Called only once, on first use, because its code is large. */
  open: () => Promise<Updater>
  jobs: { readonly count: number; onChange(listener: (count: number) => void): void }
  /** Returns whether another process of Kindling of the same user runs a job. */
  othersAreBusy: () => Promise<boolean>
  onError?: (error: unknown) => void
}

/** Loaded on first use, because OpenPGP takes long to load. */
const loadProof = () => import('./prove-update.ts')
/** Minimum time between two progress events, in milliseconds. */
const progressEvery = 200
/**
 * Delay from the window's start to the first check, and time between two checks, in milliseconds.
 */
const [beforeFirst, between] = [30_000, 24 * 60 * 60 * 1000]

/**
 * Updates of this program. Checks run when the settings allow them; downloads and installations
 * start when the user requests them. The signed checksum is verified before the download starts;
 * the file is verified after the download and again before its installation. Nothing of this
 * happens while a job runs. An action that a job interrupted is restarted after the last job.
 */
export class Updates {
  readonly #ports: Pick<Ports, 'http' | 'paths' | 'now' | 'sleep' | 'random'>
  readonly #options: UpdatesOptions
  readonly #listeners = new Set<(update: Update) => void>()
  #state: UpdateState
  #channel: UpdateChannel | null = null
  #watching: AbortController | null = null
  #acting: AbortController | null = null
  /** The action that a job interrupted. */
  #wanted: (() => Promise<void>) | null = null
  #updater: Promise<Updater> | null = null
  #found: { found: AvailableUpdate; sum: SignedSum; path: string | null } | null = null

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

  /** Applies the setting, at the start and after every change. */
  applyChannel(setting: Settings['updates']): void {
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

  /**
   * Checks for a newer version. Other errors become the state.
   * @throws update-waits
   */
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

  /**
   * Downloads the version that was found, and verifies it. Other errors become the state.
   * @throws update-waits
   */
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

  /**
   * Installs the verified update and exits the program. Other errors become the state.
   * @throws update-waits
   */
  async install(): Promise<void> {
    const it = this.#found
    if (it === null || it.path === null || this.#acting !== null) return
    const { version } = it.found
    const path = it.path
    const before: UpdateState = { state: 'ready', version, signedBy: it.sum.signedBy }
    await this.#act({ state: 'installing', version }, before, null, version, async (signal) => {
      const { proveFile } = await loadProof()
      // The file may have changed since the download.
      await proveFile(path, it.sum)
      signal.throwIfAborted()
      return (await this.#open()).install(it.sum)
    })
  }

  /**
   * Runs an action and publishes its states.
   * @param again – restarts the action after a job interrupted it; null if the user must request it
   *   again
   */
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
    // The setting was changed during the action.
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
        // The end of a job in this process triggers the check. The end of a job in another process
        // does not, but the check of the next day is soon enough.
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
