/** Defect of a unit file: its reason, and the line in the unit. */
export interface UnitDefect {
  reason: string
  line: number
}

export interface UnitFile {
  sections: string[]
  defect: UnitDefect | null
}

/**
 * Reads the sections of a unit file and finds what systemd would not accept, by the rules of
 * Ignition's parser (coreos/go-systemd `unit/deserialize.go`): sections in brackets, options with
 * an equals sign, comments, and lines continued by a backslash.
 */
export function readUnitFile(text: string): UnitFile {
  const sections: string[] = []
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!.trimStart()
    const defect = (reason: string): UnitFile => ({ sections, defect: { reason, line: index + 1 } })
    if (line === '' || /^[#;]/.test(line)) continue
    if (line.startsWith('[')) {
      const end = line.indexOf(']')
      if (end < 0) return defect('a section without its end')
      if (line.slice(end + 1).trim() !== '') return defect('text behind the section')
      sections.push(line.slice(1, end))
      continue
    }
    if (!line.includes('=')) return defect('no equals sign')
    while (lines[index]!.endsWith('\\') && index + 1 < lines.length) index++
  }
  return { sections, defect: null }
}
