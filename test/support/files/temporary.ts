import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryDirectory {
  path: string
  /** Returns the absolute path of a name in the directory. */
  file(name: string): string
  dispose(): Promise<void>
}

/** Makes a new empty directory. The caller disposes of it. */
export async function makeTemporaryDirectory(prefix = 'kindling-test-'): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  return {
    path,
    file: (name) => join(path, name),
    dispose: () => rm(path, { recursive: true, force: true }),
  }
}
