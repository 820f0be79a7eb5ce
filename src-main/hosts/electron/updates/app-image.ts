import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, fsyncSync, openSync, closeSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { AppImageUpdater } from 'electron-updater/out/AppImageUpdater.js'
import type { InstallOptions } from 'electron-updater/out/BaseUpdater.js'
import { KindlingError } from '../../../../src-shared/failure.ts'
import { say } from '../../../../src-shared/phrases.ts'
import { unproved } from '../../../updates/prove-update.ts'

/**
 * Puts the new AppImage beside the old one first, proves what lies there, and takes the old one's place in one step.
 * electron-updater's own way removes the old one before the new one is there: a full disk would leave none.
 */
export class AppImage extends AppImageUpdater {
  /** Of the file that is to be installed. */
  sha256: string | null = null

  protected override doInstall({ isForceRunAfter }: InstallOptions): boolean {
    const [old, fetched] = [process.env['APPIMAGE'], this.installerPath]
    if (!old || fetched === null) throw new KindlingError('update-failed', { reason: say('update-nowhere') })
    // A name with a version becomes that of the new one; another name is the person's own.
    const place = /\d+\.\d+\.\d+/.test(basename(old)) ? join(dirname(old), basename(fetched)) : old
    const beside = `${place}.new`
    try {
      copyFileSync(fetched, beside)
      chmodSync(beside, 0o755)
      if (createHash('sha256').update(readFileSync(beside)).digest('hex') !== this.sha256)
        throw unproved(say('update-changed'))
      // As `putInPlace` does, which cannot wait here: electron-updater asks for an answer at once.
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

/** @param path – a file or a folder */
function flush(path: string): void {
  const opened = openSync(path, 'r')
  fsyncSync(opened)
  closeSync(opened)
}
