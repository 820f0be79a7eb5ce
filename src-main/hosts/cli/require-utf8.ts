import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { KindlingError } from '../../../src-shared/failure.ts'

/**
 * Node puts U+FFFD in place of the bytes of an argument that are not UTF-8, and the file of that
 * name would be missed later. The bytes are those of /proc; names of other systems are Unicode.
 * @param words the arguments as Node has them
 * @throws name-not-utf8
 */
export function requireUtf8(words: readonly string[]): void {
  const name = words.find((word) => word.includes('\ufffd'))
  if (name === undefined) return
  const bytes = readCommandLine()
  if (bytes !== null && !isUtf8(bytes)) throw new KindlingError('name-not-utf8', { name })
}

function readCommandLine(): Buffer | null {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return null
  }
}
