import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, fsyncSync, openSync, closeSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppImageUpdater } from 'electron-updater/out/AppImageUpdater.js'
import type { InstallOptions } from 'electron-updater/out/BaseUpdater.js'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { unproved } from '../../../updates/prove-update.ts'

/**
 * Copies the new AppImage next to the old one, checks the copy, and replaces the old one in one
 * step. electron-updater's own method removes the old one before the new one is in place: with a
 * full disk, neither would remain.
 */
export class AppImage extends AppImageUpdater {
  /** Expected hash of the file to install. */
  sha256: string | null = null

  protected override doInstall({ isForceRunAfter }: InstallOptions): boolean {
    const [old, fetched] = [process.env['APPIMAGE'], this.installerPath]
    if (!old || fetched === null) throw new KindlingError('update-failed', { reason: say('update-nowhere') })
    // A file name with a version changes to the new version's name. Any other name is the user's
    // own and stays.
    const place = /\d+\.\d+\.\d+/.test(basename(old)) ? join(dirname(old), basename(fetched)) : old
    const beside = `${place}.new`
    try {
      copyFileSync(fetched, beside)
      chmodSync(beside, 0o755)
      if (createHash('sha256').update(readFileSync(beside)).digest('hex') !== this.sha256)
        throw unproved(say('update-changed'))
      // Same as `putInPlace`, but synchronous: electron-updater needs the result at once.
      flush(beside)
      renameSync(beside, place)
      flush(dirname(place))
    } catch (error) {
      rmSync(beside, { force: true })
      throw error
    }
    if (place !== old) rmSync(old, { force: true })
    rmSync(fetched, { force: true })
    if (isForceRunAfter) void this.spawnLog(place, [], process.env)
    return true
  }
}

/**
 * Flushes a file or a folder to the disk.
 * @param path – a file or a folder
 */
function flush(path: string): void {
  const opened = openSync(path, 'r')
  fsyncSync(opened)
  closeSync(opened)
}
