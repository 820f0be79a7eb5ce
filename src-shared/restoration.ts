import type { FileSystem } from './file-system.ts'
import type { Receipt } from './receipt.ts'

/**
 * Receipt of a drive that was made a plain storage stick. There is no image, so it has a form of
 * its own; fields that both have share one form.
 */
export interface Restoration extends Pick<
  Receipt,
  'kindling' | 'startedAt' | 'finishedAt' | 'durations' | 'warnings' | 'statement'
> {
  job: 'restore'
  fileSystem: FileSystem
  /** Partition table. */
  table: 'mbr' | 'gpt'
  /** Label as it is stored; null for none. */
  label: string | null
  /** `readBackSha256` is the hash of all bytes that were written, in the order of the drive. */
  drive: Pick<
    NonNullable<Receipt['drive']>,
    'identity' | 'state' | 'bytesWritten' | 'retries' | 'readBackSha256' | 'pastCache'
  >
}
