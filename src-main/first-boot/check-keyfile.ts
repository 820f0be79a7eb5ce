import { isUtf8 } from 'node:buffer'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { Warn } from '../../src-shared/warnings.ts'

/**
 * Warns of a connection that NetworkManager ignores before it has a root file system: it reads
 * files of /run by this ending alone (nm-settings-keyfile(5)).
 */
export function warnOfKeyfileName(file: string, warn: Warn): void {
  if (!/^[^.].*\.nmconnection$/s.test(file)) warn('keyfile-overlooked', { file })
}

/**
 * Checks the form of a connection of NetworkManager: sections of `key=value`, one of them
 * `[connection]`. https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html
 * @throws keyfile-refused
 */
export function checkKeyfile(bytes: Buffer, file: string): void {
  const refuse = (reason: Said) => new KindlingError('keyfile-refused', { file, reason })
  if (!isUtf8(bytes) || bytes.includes(0)) throw refuse(say('no-utf8'))
  const sections = new Set<string>()
  for (const [index, line] of bytes.toString().split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, section] = /^\[([^[\]]+)\]\s*$/.exec(line) ?? []
    if (section === undefined ? sections.size === 0 || !/^[^=[]+=/.test(line) : sections.has(section))
      throw refuse(say('keyfile-line', { line: index + 1 }))
    if (section !== undefined) sections.add(section)
  }
  if (!sections.has('connection')) throw refuse(say('keyfile-without-connection'))
}
