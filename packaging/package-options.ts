export const kinds = ['deb', 'rpm', 'tar.gz', 'AppImage', 'cli-deb', 'cli-rpm', 'cli-tar.gz'] as const
export type Kind = (typeof kinds)[number]

export interface PackageOptions {
  root: string
  /** Folder of the Electron runtime to package. */
  runtime: string
  /** The kinds of Linux packages to make; all by default. Empty: only the app's folder. */
  kinds: readonly Kind[]
  /**
   * Directory of Fedora's key files. If null, a release downloads the keys and a test build has
   * none.
   */
  keys: string | null
  /** URL of the project, for software centers. */
  home: string | null
  /** Directory of the release signing keys, `<fingerprint>.asc`. It may be missing. */
  releaseKeys: string
  /** Source of updates for the packages: a GitHub repository or a folder. */
  updates: string | null
}
