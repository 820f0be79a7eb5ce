import { execFileSync } from 'node:child_process'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { mib } from '../files/mib.ts'

/** Makes an image with a GPT of empty partitions by the real sgdisk, for 512-byte sectors. */
export async function makePartitionedImage(names: string[], size = 8 * mib): Promise<Buffer> {
  const directory = await makeTemporaryDirectory('kindling-partitions-')
  try {
    const file = directory.file('disk.img')
    writeFileSync(file, '')
    truncateSync(file, size)
    const partitions = names.flatMap((name, index) => ['-n', `${index + 1}:0:+1M`, '-c', `${index + 1}:${name}`])
    execFileSync('sgdisk', [...partitions, file], { stdio: 'pipe' })
    return readFileSync(file)
  } finally {
    await directory.dispose()
  }
}
