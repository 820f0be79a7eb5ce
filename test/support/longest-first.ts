import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take longest, longest first. */
const folders = ['device', 'app', 'cli', 'packaging', 'hostile']

/**
 * Begins with the folders that take longest. Vitest's own order, the largest file first where it has
 * no times of an earlier run, begins a small file with a long test last, and it then runs alone.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ project, moduleId }: TestSpecification): number {
  // The quick files share their processes only when they come one after another.
  if (!project.config.isolate) return folders.length + 1
  const rank = folders.indexOf(/\/test\/([^/]+)\//.exec(moduleId)?.[1] ?? '')
  return rank === -1 ? folders.length : rank
}
