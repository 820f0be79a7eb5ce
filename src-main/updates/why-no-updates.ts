import type { NoUpdates } from '../../src-shared/update.ts'
import { ownAppImage } from '../files/own-app-image.ts'

export interface Packaging {
  /** The program runs from a package, not from its sources. */
  packaged: boolean
  platform: NodeJS.Platform
  environment: NodeJS.ProcessEnv
  /** Where this program is. */
  program: string
  /** The package says where to look. */
  hasFeed: boolean
  /** The package holds a key that releases are signed by. */
  hasKey: boolean
}

/** Null where Kindling can update itself. */
export function whyNoUpdates({
  packaged,
  platform,
  environment,
  program,
  hasFeed,
  hasKey,
}: Packaging): NoUpdates | null {
  // Nothing else on Linux belongs to Kindling alone.
  if (packaged && platform === 'linux' && ownAppImage(environment, program) === null) return 'system'
  if (platform === 'win32' && environment['PORTABLE_EXECUTABLE_FILE']) return 'portable'
  if (!hasFeed) return 'no-feed'
  return hasKey ? null : 'no-key'
}
