import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take longest, longest first. */
const folders = ['device', 'app', 'cli', 'packaging', 'hostile']

/**
 * Runs the folders that take longest first. Without times of an earlier run, Vitest starts the
 * largest file first. A small file with a long test then starts last and runs alone.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ project, moduleId }: TestSpecification): number {
  // Files share a process only with others of their project, if they run one after another.
  if (project.name === 'quick') return folders.length + 1
  const rank = folders.indexOf(/\/test\/([^/]+)\//.exec(moduleId)?.[1] ?? '')
  return rank === -1 ? folders.length : rank
}
