import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryDirectory {
  path: string
  /** The absolute path of a name in it. */
  file(name: string): string
  dispose(): Promise<void>
}

/** A new empty directory; whoever makes it disposes of it. */
export async function makeTemporaryDirectory(prefix = 'kindling-test-'): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  return {
    path,
    file: (name) => join(path, name),
    dispose: () => rm(path, { recursive: true, force: true }),
  }
}
