import type { Failure } from './failure.ts'

/** Which versions are looked for; `beta` are the pre-releases, and what is newer than they. */
export type UpdateChannel = 'stable' | 'beta'

/** Why there is nothing to turn on. `system`: a package manager brings new versions, or whoever unpacked an archive. */
export type NoUpdates = 'system' | 'portable' | 'no-feed' | 'no-key'

/** How far the update of this program is. */
export type UpdateState =
  | { state: 'not-offered'; reason: NoUpdates }
  | { state: 'off' }
  /** Turned on; nobody has looked yet. */
  | { state: 'idle' }
  | { state: 'looking' }
  | { state: 'current' }
  /** Its sums are signed by a release key. `size` in bytes, null when the place of updates does not say. */
  | { state: 'found'; version: string; size: number | null }
  | { state: 'fetching'; version: string; done: number; total: number | null }
  /** Fetched, and proved to be what was signed. */
  | { state: 'ready'; version: string; signedBy: string }
  | { state: 'installing'; version: string }
  /** `version`: of the update that was to be fetched or installed; null when it failed to look. */
  | { state: 'failed'; version: string | null; failure: Failure }

/** What the window shows of it. */
export type Update = UpdateState & {
  /** A job runs: until the last one has ended nothing is looked for, fetched or installed. */
  waits: boolean
}
