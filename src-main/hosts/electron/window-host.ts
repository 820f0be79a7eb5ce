import type { BrowserWindow } from 'electron'
import type { Api } from '../../../src-shared/api.ts'
import type { Catalog } from '../../../src-shared/artifact.ts'
import type { EarlierAnswers, LostSandbox, WindowArguments } from '../../../src-shared/window-api.ts'
import type { Log } from '../../log/create-log.ts'
import type { Updates } from '../../updates/updates.ts'
import type { Ask } from './ask.ts'
import type { ImageInbox } from './image-inbox.ts'
import type { PageGrants } from './page-grants.ts'
import type { Profiles } from './profiles.ts'

/** Dependencies of the window's own calls, besides the system's dialogs. */
export interface WindowHost {
  api: Api
  window: BrowserWindow
  /** Disk-image files that were given when the program was started. */
  driveFiles: string[]
  lostSandbox: LostSandbox | null
  images: Pick<ImageInbox, 'take'>
  /** Receives each path and server that the user names outside the page. */
  grants: PageGrants
  log: Log
  updates: Updates
  /** Returns the usual stream if it is known without waiting for the network; otherwise null. */
  known(): Promise<Catalog | null>
  /** Returns the first boots that were set up before. */
  earlierAnswers(): Promise<EarlierAnswers[]>
  deleteEarlierAnswers(answers: WindowArguments<'deleteEarlierAnswers'>): Promise<EarlierAnswers[]>
  profiles: Profiles
  /** Asks the user in a dialog of the system. */
  ask: Ask
  /** Starts (or restarts) sending news to the page. */
  listen(): void
}
