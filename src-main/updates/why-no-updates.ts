import type { NoUpdates } from '../../src-shared/update.ts'
import { ownAppImage } from '../files/own-app-image.ts'

export interface Packaging {
  /** True if the program runs from a package, not from its sources. */
  packaged: boolean
  platform: NodeJS.Platform
  environment: NodeJS.ProcessEnv
  /** Path of this program. */
  program: string
  /** True if the package names an update server. */
  hasFeed: boolean
  /** True if the package contains a key that signs releases. */
  hasKey: boolean
}

/** Returns the reason why Kindling cannot update itself, or null if it can. */
export function whyNoUpdates({
  packaged,
  platform,
  environment,
  program,
  hasFeed,
  hasKey,
}: Packaging): NoUpdates | null {
  // On Linux, only an AppImage belongs to Kindling alone.
  if (packaged && platform === 'linux' && ownAppImage(environment, program) === null) return 'system'
  if (platform === 'win32' && environment['PORTABLE_EXECUTABLE_FILE']) return 'portable'
  if (!hasFeed) return 'no-feed'
  return hasKey ? null : 'no-key'
}
