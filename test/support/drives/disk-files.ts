import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes empty disk-image files of 64 MiB, named `disk-01.raw` and so on.
 * @returns their paths
 */
export async function makeDiskFiles(directory: string, count: number): Promise<string[]> {
  await mkdir(directory, { recursive: true })
  const paths = Array.from({ length: count }, (_, index) =>
    join(directory, `disk-${String(index + 1).padStart(2, '0')}.raw`),
  )
  for (const path of paths) {
    await writeFile(path, '')
    await truncate(path, 64 * 1024 * 1024)
  }
  return paths
}
