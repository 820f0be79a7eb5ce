import { KindlingError } from '../../src-shared/failure.ts'
import { fileSystemNames, type FileSystem } from '../../src-shared/file-system.ts'
import { say, type Said } from '../../src-shared/phrases.ts'

/** Maximum length of a label, in characters of both file systems. */
const longest = 11
/**
 * Characters that a label must not have. FAT: Microsoft's specification, section 6.1, without the
 * characters whose code depends on the country. exFAT: section 7.7.3, and all control characters.
 */
const forbidden = { fat32: /[^ !#$%&'()@^_`{}~\w-]/i, exfat: /[\p{Cc}"*/:<>?\\|\p{Surrogate}]/u }

/**
 * Returns a label as the file system stores it.
 * @throws usage
 */
export function checkLabel(label: string, fileSystem: FileSystem): string {
  const [character] = forbidden[fileSystem].exec(label) ?? []
  const refuse = (reason: Said) => new KindlingError('usage', { reason })
  if (character !== undefined)
    throw refuse(say('label-character', { label, character, fileSystem: fileSystemNames[fileSystem] }))
  if (label.length > longest) throw refuse(say('label-long', { label, most: longest }))
  if (label.trim() !== label) throw refuse(say('label-ends', { label }))
  return fileSystem === 'fat32' ? label.toUpperCase() : label
}
