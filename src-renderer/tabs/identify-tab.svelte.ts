import { DriveChoice } from '../drive/drive-choice.svelte.ts'
import type { DriveList } from '../drive/drive-list.svelte.ts'
import { nameOf } from '../drive/name-of.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import { TabState } from './tab-state.svelte.ts'

/** State of the identify tab, which finds out which published image a drive contains. */
export class IdentifyTab extends TabState {
  readonly kind = 'identify'
  readonly drives: DriveChoice

  constructor({ list, jobs }: { list: DriveList; jobs: Jobs }) {
    super(jobs)
    this.drives = new DriveChoice(list, jobs, 'identify')
  }

  start(): void {
    const drive = this.drives.chosen[0]
    if (drive === undefined) return
    this.begin([
      {
        spec: { job: 'identify', drive: drive.identity.device, identity: drive.identity },
        imageName: '',
        driveName: nameOf(drive),
        phases: ['prepare', 'read-back'],
        proofs: [],
        fetches: false,
      },
    ])
  }
}
