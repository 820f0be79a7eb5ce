import { readFile } from 'node:fs/promises'
import { unescapeOctal } from './unescape-octal.ts'

/**
 * Returns the paths of the files and devices that the kernel swaps to (proc_swaps(5)). Empty if the
 * kernel does not support swap.
 */
export async function readSwaps(): Promise<string[]> {
  const text = await readFile('/proc/swaps', 'utf8').catch(() => '')
  const lines = text.split('\n').slice(1)
  return lines.filter((line) => line !== '').map((line) => unescapeOctal(line.split(/\s/)[0] ?? ''))
}
