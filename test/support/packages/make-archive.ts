import { stat } from 'node:fs/promises'
import { createPackage, getRawHeader } from '@electron/asar'
import { expect, vi } from 'vitest'
import { readArchive } from '../../../packaging/packaged-files.ts'
import { patience } from '../run/patience.ts'

/** Makes the archive of a folder. `createPackage` returns before it has written the last bytes. */
export async function makeArchive(folder: string, archive: string): Promise<void> {
  await createPackage(folder, archive)
  await vi.waitFor(
    async () => {
      const sizes = readArchive(archive).map(({ size }) => size)
      const whole = 8 + getRawHeader(archive).headerSize + sizes.reduce((sum, size) => sum + size, 0)
      expect((await stat(archive)).size).toBe(whole)
    },
    { timeout: patience, interval: 10 },
  )
}
