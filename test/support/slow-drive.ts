import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { canUseDevices, run, type Device } from './devices.ts'
import { hasTool } from './run-tool.ts'
import { makeTemporaryDirectory } from './temporary.ts'

/** Null when slow drives can be made here, else why not: the words for a skipped test. */
export function canUseSlowDrives(): string | null {
  const missing = ['nbdkit', 'nbdfuse', 'fusermount3'].find((tool) => !hasTool(tool))
  if (missing !== undefined) return `needs ${missing}`
  return existsSync('/dev/fuse') ? canUseDevices() : 'needs /dev/fuse'
}

/**
 * A loop device over a server that takes its time, so that every phase of a job lasts long enough to be interrupted.
 * @param file holds the drive's bytes
 * @param delay milliseconds of each read and each write
 */
export async function makeSlowDrive(file: string, delay: number): Promise<Device> {
  const directory = await makeTemporaryDirectory('kindling-slow-')
  const mountpoint = directory.file('nbd')
  await mkdir(mountpoint)
  const nbdkit = ['nbdkit', '-s', '--exit-with-parent', '--filter=delay', 'file', file]
  const delays = [`delay-read=${delay}ms`, `delay-write=${delay}ms`]
  const server = spawn('nbdfuse', [`${mountpoint}/nbd`, '--command', ...nbdkit, ...delays], { stdio: 'ignore' })
  const ended = new Promise((settle) => server.on('close', settle))
  const made: Device = {
    device: '',
    partitions: [],
    file,
    async dispose() {
      if (made.device !== '') await run('losetup', '-d', made.device)
      await run('fusermount3', '-u', mountpoint).catch(() => server.kill())
      await ended
      await directory.dispose()
    },
  }
  try {
    // Nothing tells when the file is there but the file itself.
    for (let tries = 0; tries < 100 && !existsSync(`${mountpoint}/nbd`); tries++) await sleep(50)
    await access(`${mountpoint}/nbd`)
    made.device = await run('losetup', '-f', '--show', '--direct-io=on', `${mountpoint}/nbd`)
    return made
  } catch (error) {
    await made.dispose()
    throw error
  }
}
