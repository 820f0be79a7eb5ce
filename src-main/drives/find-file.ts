import { realpath, stat } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/**
 * What a path leads to, through links: something that can hold an image, at its real place.
 * @throws drive-missing, drive-forbidden, drive-unusable for what is neither a device nor a file with something in it
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

/** Returns the kind of a path's or handle's target, in words for people. */
export const nameKind = (stats: BigIntStats): string =>
  unusableKind(stats) ?? say(stats.isFile() ? 'a-file' : 'a-block-device')

function unusableKind(stats: BigIntStats): string | null {
  if (stats.isDirectory()) return say('a-directory')
  if (stats.isCharacterDevice()) return say('a-character-device')
  if (stats.isFIFO()) return say('a-pipe')
  if (stats.isSocket()) return say('a-socket')
  // Of no bytes anything holds: that all of them are zeros, too.
  if (stats.isFile() && stats.size === 0n) return say('an-empty-file')
  return null
}
