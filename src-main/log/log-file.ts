import { appendFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { makeDirectoryNow } from '../files/make-directory.ts'

export interface Rotation {
  /** File size at which the file is rotated, in bytes. */
  limit: number
  /** Number of rotated files to keep. */
  generations: number
}

/**
 * Appends a line to a file that several processes may write to. Each line is one write at the end
 * of the file, so lines of different processes do not mix. The file is opened for each line, so a
 * line goes to the current file even if another process has rotated it. The write is synchronous,
 * because the lines just before a crash are the important ones.
 * @param rotation – null: the file grows without limit
 * @throws the error of the file system
 */
export function appendLine(file: string, line: string, rotation: Rotation | null): void {
  makeDirectoryNow(dirname(file))
  if (rotation !== null) putAside(file, line.length, rotation)
  appendFileSync(file, `${line}\n`, { mode: 0o600 })
}

let putAsideSoFar = 0

function putAside(file: string, more: number, { limit, generations }: Rotation): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size === 0 || size + more < limit) return
  const [extension, directory] = [extname(file), dirname(file)]
  const prefix = `${basename(file, extension)}-`
  // A unique name: if two processes rotate at the same time, they rename two files and lose none.
  const moment = new Date().toISOString().replaceAll(/[:.]/g, '')
  // The counter keeps names in order within one millisecond.
  const turn = String(++putAsideSoFar).padStart(6, '0')
  const name = `${prefix}${moment}-${process.pid}-${turn}${extension}`
  try {
    renameSync(file, join(directory, name))
  } catch (error) {
    // Another process has already rotated the file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const aside = readdirSync(directory).filter((each) => each.startsWith(prefix) && each.endsWith(extension))
  for (const old of aside.toSorted().toReversed().slice(generations)) rmSync(join(directory, old), { force: true })
}
