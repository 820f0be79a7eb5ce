import { realpath, stat } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Phrase } from '../../src-shared/phrases.ts'

/**
 * Follows links to a device or a file that can contain an image, and returns its real path.
 * @throws drive-missing, drive-forbidden, drive-unusable for anything except a device or a
 * non-empty file
 */
export async function findFile(drive: string): Promise<{ path: string; stats: BigIntStats }> {
  try {
    const path = await realpath(drive)
    const stats = await stat(path, { bigint: true })
    const kind = unusableKind(stats)
    if (kind !== null) throw new KindlingError('drive-unusable', { drive, kind })
    return { path, stats }
  } catch (error) {
    if (error instanceof KindlingError) throw error
    const denied = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
    throw new KindlingError(denied ? 'drive-forbidden' : 'drive-missing', { drive }, { cause: error })
  }
}

/** Returns the kind of file that a path or handle leads to, as text for users. */
export const nameKind = (stats: BigIntStats): Phrase =>
  unusableKind(stats) ?? say(stats.isFile() ? 'a-file' : 'a-block-device')

function unusableKind(stats: BigIntStats): Phrase | null {
  if (stats.isDirectory()) return say('a-directory')
  if (stats.isCharacterDevice()) return say('a-character-device')
  if (stats.isFIFO()) return say('a-pipe')
  if (stats.isSocket()) return say('a-socket')
  // Any statement about zero bytes is true, even that all of them are zeros. An empty file could
  // therefore prove anything.
  if (stats.isFile() && stats.size === 0n) return say('an-empty-file')
  return null
}
