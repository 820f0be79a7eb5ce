import type { Failure } from './failure.ts'

/** Channel of updates. `beta` offers pre-releases, and any newer version. */
export type UpdateChannel = 'stable' | 'beta'

/**
 * Reason why updates cannot be turned on. `system`: new versions come from a package manager, or
 * from the user who unpacked an archive.
 */
export type NoUpdates = 'system' | 'portable' | 'no-feed' | 'no-key'

/** State of the update of this program. */
export type UpdateState =
  | { state: 'not-offered'; reason: NoUpdates }
  | { state: 'off' }
  /** Turned on, but no search has been made yet. */
  | { state: 'idle' }
  | { state: 'looking' }
  | { state: 'current' }
  /**
   * A newer version, whose checksums are signed by a release key. `size` is in bytes, null when the
   * update server does not report it.
   */
  | { state: 'found'; version: string; size: number | null }
  | { state: 'fetching'; version: string; done: number; total: number | null }
  /** Downloaded, and proved to be the signed file. */
  | { state: 'ready'; version: string; signedBy: string }
  | { state: 'installing'; version: string }
  /**
   * `version` is that of the update that was to be fetched or installed; null when the search
   * failed.
   */
  | { state: 'failed'; version: string | null; failure: Failure }

/** Update as the window shows it. */
export type Update = UpdateState & {
  /**
   * Whether a job is running. Nothing is searched, fetched or installed until the last job has
   * ended.
   */
  waits: boolean
}
