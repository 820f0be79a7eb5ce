import type { Drive } from '../src-shared/drive.ts'
import type { Http } from './net/http.ts'
import type { Retry } from './net/retries.ts'
import type { Target } from './write/target.ts'

/** Everything through which the core meets the world. Hosts give the real ones, tests may replace any. */
export interface Ports {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** At least 0, less than 1. */
  random(): number
  http: Http
  /** Hears that a silent server is asked again. */
  onRetry?: (retry: Retry) => void
  paths: Paths
  /** Bytes that the cache may take; 0 for none. @throws usage when what the environment says is no size */
  cacheLimit(): number
  drives: Drives
  keys: KeySources
  /** Kindling's own version. */
  version: string
  /** What the environment sets for every host; in a job, the settings behind it (`settings/apply-settings`). */
  environment: { streamBaseUrl: string | null; keyring: string | null; cacheLimit: string | null }
}

/** Directories of the user, as the system wants them. They need not exist yet. */
export interface Paths {
  cache: string
  config: string
  state: string
}

export interface Drives {
  /** Every drive of the machine, refused ones too, with their refusals. */
  list(): Promise<Drive[]>
  /**
   * The drive behind a device name, a `/dev/disk/by-*` name or a disk-image file.
   * @throws drive-missing, drive-unusable, drive-is-partition
   */
  inspect(path: string): Promise<Drive>
  /**
   * Opens a drive. For `write`: unmounts all that is on it and takes it exclusively. For `read`: neither. Where this
   * process may not, the person is asked for the rights, as long as they want.
   * @param signal ends the asking
   * @throws drive-busy, drive-unmount-failed, drive-forbidden, drive-read-only, drive-missing, permission-refused
   */
  open(drive: Drive, mode: 'read' | 'write', signal?: AbortSignal): Promise<Target>
  /** Calls back with the list whenever it changed (and once at the start); answers the function that stops it. */
  watch(listener: (drives: Drive[]) => void): () => void
  /**
   * Whether writing to a drive changes the file at a path, or a file in the directory there: the
   * drive holds it, is it under another name, or lies in it.
   */
  overlaps(drive: Pick<Drive, 'identity'>, path: string): Promise<boolean>
}

/** Where the trusted keys come from. */
export interface KeySources {
  /** The pinned fingerprints: 40 upper-case hexadecimal digits, with the Fedora release each signs. */
  pinned: { fingerprint: string; release: number }[]
  /** Armored blocks that were bundled, or null. */
  bundled(fingerprint: string): Promise<string | null>
  /** Places on the network to ask for the key of a release, in order. */
  urls(release: number): string[]
}
