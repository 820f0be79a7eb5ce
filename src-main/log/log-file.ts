import { appendFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { makeDirectoryNow } from '../files/make-directory.ts'

export interface Rotation {
  /** Bytes after which a file is put aside. */
  limit: number
  /** Files put aside that are kept. */
  generations: number
}

/**
 * Appends a line to a file that several processes may write to. Each line is one write at the file's end, and the file
 * is opened for each: a line is whole whoever else writes, and goes where the file is now, whoever has put it aside.
 * It is written at once, for what comes just before a crash is what somebody will look for.
 * @param rotation null: the file grows as it will
 * @throws what the file system throws
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
  // A name of its own: two processes that do this at once put two files aside, and lose none.
  const moment = new Date().toISOString().replaceAll(/[:.]/g, '')
  // Names are in order also where several are made in one millisecond.
  const turn = String(++putAsideSoFar).padStart(6, '0')
  const name = `${prefix}${moment}-${process.pid}-${turn}${extension}`
  try {
    renameSync(file, join(directory, name))
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const aside = readdirSync(directory).filter((each) => each.startsWith(prefix) && each.endsWith(extension))
  for (const old of aside.toSorted().toReversed().slice(generations)) rmSync(join(directory, old), { force: true })
}
