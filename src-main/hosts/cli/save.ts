import { resolve } from 'node:path'
import type { SaveSpec } from '../../../src-shared/job.ts'
import { pathOf } from '../window-arguments.ts'
import type { Surface } from './command.ts'
import { runJob } from './run-jobs.ts'

type SaveOptions = Pick<SaveSpec, 'drive' | 'output' | 'size' | 'verify' | 'keepGoing' | 'replace'>

/** Saves a drive to an image file. */
export const save = (
  surface: Surface,
  { drive, output, size, verify, keepGoing, replace }: SaveOptions,
): Promise<number> =>
  runJob(surface, {
    job: 'save',
    ...{ drive: pathOf(drive), output: resolve(pathOf(output)) },
    ...{ size, verify, keepGoing, replace },
  })
