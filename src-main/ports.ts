import type { Drive } from '../src-shared/drive.ts'
import type { Http } from './net/http.ts'
import type { RetryPorts } from './net/retries.ts'
import type { Target } from './write/target.ts'

/**
 * The core's access to the outside world. Hosts pass real implementations; tests may replace any of
 * them.
 */
export interface Ports extends RetryPorts {
  http: Http
  paths: Paths
  /**
   * Returns the maximum size of the cache, in bytes; 0 turns the cache off.
   * @throws usage when the environment variable is not a size
   */
  cacheLimit(): number
  drives: Drives
  keys: KeySources
  /** Kindling's own version. */
  version: string
  /**
   * Values of the environment variables. In a job, the settings fill in those that the environment
   * does not set (`settings/apply-settings`).
   */
  environment: { streamBaseUrl: string | null; keyring: string | null; cacheLimit: string | null }
}

/**
 * The user's directories, at the places that the operating system prescribes. They need not exist
 * yet.
 */
export interface Paths {
  cache: string
  config: string
  state: string
}

export interface Drives {
  /** Returns every drive of the machine. Refused drives are included, with their refusals. */
  list(): Promise<Drive[]>
  /**
   * Returns the drive behind a device name, a `/dev/disk/by-*` name or a disk-image file.
   * @throws drive-missing, drive-unusable, drive-is-partition
   */
  inspect(path: string): Promise<Drive>
  /**
   * Opens a drive. `write` unmounts every file system on it and opens it exclusively; `read` does
   * neither. If this process lacks the permission, the user is asked for it. The user may take as
   * long as necessary to answer.
   * @param signal – cancels the question
   * @throws drive-busy, drive-unmount-failed, drive-forbidden, drive-read-only, drive-missing,
   *   permission-refused
   */
  open(drive: Drive, mode: 'read' | 'write', signal?: AbortSignal): Promise<Target>
  /**
   * Calls `listener` with the list of drives, once at the start and after every change.
   * @returns the function that stops watching
   */
  watch(listener: (drives: Drive[]) => void): () => void
  /**
   * Returns whether writing to a drive changes the file at a path, or a file in the directory at
   * that path. This is the case if the path is stored on the drive, or is the drive under another
   * name. It is also the case if the drive is a disk-image file inside that directory.
   */
  overlaps(drive: Pick<Drive, 'identity'>, path: string): Promise<boolean>
}

/** The sources of the trusted keys. */
export interface KeySources {
  /**
   * The pinned fingerprints, each with the Fedora release that the key signs. A fingerprint is 40
   * upper-case hexadecimal digits.
   */
  pinned: { fingerprint: string; release: number }[]
  /** Returns the bundled key as armored blocks, or null. */
  bundled(fingerprint: string): Promise<string | null>
  /** Returns the URLs to request the key of a release from, in order. */
  urls(release: number): string[]
}
