import type { SaveSize } from '../../src-shared/job.ts'
import { DriveChoice } from '../drive/drive-choice.svelte.ts'
import type { DriveList } from '../drive/drive-list.svelte.ts'
import { nameOf } from '../drive/name-of.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import { TabState } from './tab-state.svelte.ts'

/** State of the save tab, which saves a drive to an image file. */
export class SaveTab extends TabState {
  readonly kind = 'save'
  readonly drives: DriveChoice
  /** Path of the file; empty for none. */
  output = $state('')
  size = $state<SaveSize>('all')
  verify = $state(false)
  keepGoing = $state(false)

  constructor({ list, jobs }: { list: DriveList; jobs: Jobs }) {
    super(jobs)
    this.drives = new DriveChoice(list, jobs, 'save')
  }

  /** The first missing choice; null if the save can start. */
  readonly blocker = $derived.by(() => {
    if (this.drives.chosen.length === 0) return 'drive'
    return this.output === '' ? 'file' : null
  })

  start(): void {
    const drive = this.drives.chosen[0]
    if (drive === undefined || this.output === '') return
    this.begin([
      {
        spec: {
          job: 'save',
          drive: drive.identity.device,
          identity: drive.identity,
          output: this.output,
          size: this.size,
          verify: this.verify,
          keepGoing: this.keepGoing,
        },
        imageName: this.output,
        driveName: nameOf(drive),
        phases: this.verify ? ['prepare', 'save', 'read-back'] : ['prepare', 'save'],
        proofs: [],
        fetches: false,
      },
    ])
  }

  /** Closes a finished job. The file does not stay chosen: the next drive would replace it. */
  override putAway(): void {
    if (this.running) return
    if (this.job?.view.receipt) {
      this.output = ''
      this.drives.choose(null)
    }
    super.putAway()
  }
}
