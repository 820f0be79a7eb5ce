import { access, constants } from 'node:fs/promises'
import type { BigIntStats } from 'node:fs'
import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import { fileNumber } from './file-number.ts'
import { isPrecious } from './is-precious.ts'
import { toRefusal } from './refusal.ts'

/**
 * Returns a disk-image file as a drive. It fits any sector size; tools assume 512 bytes.
 * @param users – names of the programs and devices that use the file
 */
export async function inspectFile(path: string, stats: BigIntStats, users: Said[]): Promise<Drive> {
  const size = Number(stats.size)
  const denied = await access(path, constants.W_OK).then(
    () => null,
    ({ code }: NodeJS.ErrnoException) => say(code === 'EROFS' ? 'file-system-read-only' : 'no-right-to-write'),
  )
  // Root may write to all files. A file without any write permission counts as protected even then.
  const reason = denied ?? ((stats.mode & 0o222n) === 0n ? say('no-right-to-write') : null)
  const readOnly = reason !== null
  return {
    identity: {
      device: path,
      kind: 'file',
      size,
      model: null,
      vendor: null,
      serial: null,
      wwn: null,
      byId: null,
      number: fileNumber(stats),
      attachment: null,
      medium: null,
    },
    name: path,
    sectorSize: 512,
    bus: null,
    removable: true,
    readOnly,
    contents: [],
    refusals: [
      ...(readOnly ? [toRefusal(new KindlingError('drive-file-protected', { drive: path, reason }))] : []),
      ...(users.length === 0 ? [] : [toRefusal(new KindlingError('drive-busy', { drive: path, users }))]),
    ],
    precious: isPrecious(true, size),
  }
}
