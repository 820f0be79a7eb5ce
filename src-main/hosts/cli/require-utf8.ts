import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { KindlingError } from '../../../src-shared/failure.ts'

/**
 * Refuses arguments that are not valid UTF-8. Node replaces their invalid bytes with U+FFFD, so
 * that a file of that name would not be found later. The original bytes are read from /proc. Names
 * on other systems are Unicode.
 * @param words – the arguments as Node has them
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
