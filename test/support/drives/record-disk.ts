import { createRequire, syncBuiltinESMExports } from 'node:module'
import { readlinkSync } from 'node:fs'
import type * as FsPromises from 'node:fs/promises'
import { basename } from 'node:path'

const fs = createRequire(import.meta.url)('node:fs/promises') as typeof FsPromises

export interface DiskRecord {
  /**
   * In order: `sync NAME`, `datasync NAME`, `rename FROM TO`, `link FROM TO`, with file names
   * without their folders.
   */
  steps: string[]
  restore(): void
}

/**
 * Records the disk operations of this process, which are still carried out. A test cannot cause a
 * power loss. The order of these steps guarantees a whole file after one. Linux only (/proc gives
 * the name of an open file).
 */
export async function recordDisk(): Promise<DiskRecord> {
  const steps: string[] = []
  const probe = await fs.open('/dev/null')
  const handles = Object.getPrototypeOf(probe) as FsPromises.FileHandle
  await probe.close()
  const originals = { sync: handles.sync, datasync: handles.datasync, rename: fs.rename, link: fs.link }
  const nameOf = (path: unknown) => basename(String(path))
  for (const step of ['sync', 'datasync'] as const)
    handles[step] = function (this: FsPromises.FileHandle) {
      const name = nameOf(readlinkSync(`/proc/self/fd/${this.fd}`))
      return originals[step].call(this).finally(() => steps.push(`${step} ${name}`))
    }
  for (const step of ['rename', 'link'] as const)
    fs[step] = (from, to) => {
      steps.push(`${step} ${nameOf(from)} ${nameOf(to)}`)
      return originals[step](from, to)
    }
  syncBuiltinESMExports()
  return {
    steps,
    restore() {
      Object.assign(handles, { sync: originals.sync, datasync: originals.datasync })
      Object.assign(fs, { rename: originals.rename, link: originals.link })
      syncBuiltinESMExports()
    },
  }
}
