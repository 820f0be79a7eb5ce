import { editKargs, type KargChanges } from './edit-kargs.ts'

/**
 * Edits the kernel arguments of a boot loader entry in the way of coreos-installer
 * (`src/io/bls.rs`), one change after the other.
 * https://uapi-group.org/specifications/specs/boot_loader_specification/
 * @returns null unless exactly one line has kernel arguments
 */
export function editBootEntry(entry: string, ...changes: KargChanges[]): string | null {
  const key = 'options '
  const lines = entry.replace(/\n$/, '').split('\n')
  if (lines.filter((line) => line.startsWith(key)).length !== 1) return null
  const edit = (line: string) =>
    line.startsWith(key) ? key + changes.reduce(editKargs, line.slice(key.length)) : line.trimEnd()
  return lines.map((line) => `${edit(line)}\n`).join('')
}
