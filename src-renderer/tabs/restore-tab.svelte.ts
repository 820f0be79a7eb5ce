import type { FileSystem } from '../../src-shared/file-system.ts'
import { DriveChoice } from '../drive/drive-choice.svelte.ts'
import type { DriveList } from '../drive/drive-list.svelte.ts'
import { nameOf } from '../drive/name-of.ts'
import type { Jobs } from '../job/jobs.svelte.ts'
import { TabState } from './tab-state.svelte.ts'

/** State of the restore tab, which makes a drive an empty storage stick. */
export class RestoreTab extends TabState {
  readonly kind = 'restore'
  readonly drives: DriveChoice
  /** `usual` for the one that fits the size of the drive. */
  fileSystem = $state<FileSystem | 'usual'>('usual')
  label = $state('')

  constructor({ list, jobs }: { list: DriveList; jobs: Jobs }) {
    super(jobs)
    this.drives = new DriveChoice(list, jobs, 'restore')
  }

  /** @param confirmed – whether the user typed the name of a drive that may hold their data */
  start(confirmed: boolean): void {
    const drive = this.drives.chosen[0]
    if (drive === undefined) return
    this.begin([
      {
        spec: {
          job: 'restore',
          drive: drive.identity.device,
          identity: drive.identity,
          ...(confirmed && { confirmed: drive.name }),
          ...(this.fileSystem !== 'usual' && { format: this.fileSystem }),
          ...(this.label.trim() !== '' && { label: this.label.trim() }),
        },
        imageName: '',
        driveName: nameOf(drive),
        phases: ['prepare', 'write', 'read-back'],
        proofs: [],
        fetches: false,
      },
    ])
  }

  /** Closes a finished job. No drive stays chosen, because this one is done. */
  override putAway(): void {
    if (this.running) return
    if (this.job?.view.restoration) this.drives.choose(null)
    super.putAway()
  }
}
