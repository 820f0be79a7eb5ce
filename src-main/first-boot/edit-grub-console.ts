import type { Console } from '../../src-shared/console.ts'

/** Returns the commands with which GRUB uses these consoles. */
export function grubCommandsOf(consoles: Console[]): string[] {
  const terminals = [...new Set(consoles.map(({ grubTerminal }) => grubTerminal))].toSorted().join(' ')
  return [
    ...consoles.flatMap(({ grubCommand }) => grubCommand ?? []),
    `terminal_input ${terminals}`,
    `terminal_output ${terminals}`,
  ]
}

/**
 * Replaces the commands between the markers for GRUB's consoles, in the way of coreos-installer
 * (`src/install.rs`).
 * @returns null if the markers are missing
 */
export function editGrubConsole(config: string, commands: string[]): string | null {
  const found = /^# CONSOLE-SETTINGS-START\n([^]*\n)?# CONSOLE-SETTINGS-END\n/m.exec(config)
  if (found === null) return null
  const marked = ['# CONSOLE-SETTINGS-START', ...commands, '# CONSOLE-SETTINGS-END'].map((line) => `${line}\n`)
  return config.slice(0, found.index) + marked.join('') + config.slice(found.index + found[0].length)
}
