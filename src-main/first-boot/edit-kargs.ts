/** Changes to a line of kernel arguments. Each item may be several words. */
export interface KargChanges {
  delete?: string[]
  append?: string[]
  appendIfMissing?: string[]
  /** `KEY=OLD=NEW` */
  replace?: string[]
}

/**
 * Edits a line of kernel arguments in the way of coreos-installer (`src/io/bls.rs`): as plain text
 * between blanks, without regard to quotes. First it deletes every match, then appends, appends
 * what is missing, and replaces. No match is no error. Of two equal neighbours, one survives a
 * deletion.
 */
export function editKargs(line: string, changes: KargChanges): string {
  let text = ` ${line} `
  for (const karg of changes.delete ?? []) text = text.replaceAll(` ${karg.trim()} `, ' ')
  for (const karg of changes.append ?? []) text += `${karg.trim()} `
  for (const karg of changes.appendIfMissing ?? []) if (!text.includes(` ${karg.trim()} `)) text += `${karg.trim()} `
  for (const change of changes.replace ?? []) {
    const [key, before, after] = change.trim().split('=')
    text = text.replaceAll(` ${key}=${before} `, () => ` ${key}=${after} `)
  }
  return text.trim()
}
