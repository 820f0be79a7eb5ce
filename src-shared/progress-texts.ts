import type { Stage } from './job.ts'
import type { Phase } from './phase.ts'

/** English texts of the phases, as a line of progress says them. */
export const phaseTexts = {
  signature: 'Getting the signature',
  prove: 'Verifying the image',
  prepare: 'Preparing',
  download: 'Downloading',
  save: 'Saving the drive',
  write: 'Writing',
  flush: 'Waiting for the drive to save all data',
  'read-back': 'Reading back',
  'set-up': 'Setting up the first boot',
  finish: 'Making the drive bootable',
} as const satisfies Record<Phase, string>

/** English texts of the bottleneck of a job. */
export const limitTexts = {
  network: 'limited by the network',
  source: 'limited by reading the image',
  decode: 'limited by decompression',
  drive: 'limited by the drive',
} as const satisfies Record<Stage, string>
