import { expect, test } from 'vitest'
import { editGrubConsole, grubCommandsOf } from '../../../src-main/first-boot/edit-grub-console.ts'
import { readPlatforms } from '../../../src-main/first-boot/read-platforms.ts'
import { parseConsole } from '../../../src-shared/console.ts'

const commandsOf = (...consoles: string[]) => grubCommandsOf(consoles.map((each) => parseConsole(each)!))

test('GRUB uses each terminal of the consoles once', () => {
  expect(commandsOf('tty0')).toEqual(['terminal_input console', 'terminal_output console'])
  expect(commandsOf('ttyS1', 'tty0', 'hvc0')).toEqual([
    'serial --unit=1 --speed=9600 --word=8 --parity=no',
    'terminal_input console serial',
    'terminal_output console serial',
  ])
})

// The rows are those of the unit test of coreos-installer, src/install.rs.
test.each([
  ['a\nb\n# CONSOLE-SETTINGS-START\n# CONSOLE-SETTINGS-END\nc\nd', ['x', 'y'], 'x\ny\n'],
  ['a\nb\n# CONSOLE-SETTINGS-START\nold\nfoo\n# CONSOLE-SETTINGS-END\nc\nd', ['x', 'y'], 'x\ny\n'],
  ['# CONSOLE-SETTINGS-START\nold\n# CONSOLE-SETTINGS-END\n', [], ''],
])('the lines between the markers of %j are replaced', (config, commands, between) => {
  const [before, after] = config.split(/# CONSOLE-SETTINGS-START\n[^]*# CONSOLE-SETTINGS-END\n/) as [string, string]
  const marked = `# CONSOLE-SETTINGS-START\n${between}# CONSOLE-SETTINGS-END\n`
  expect(editGrubConsole(config, commands)).toBe(before + marked + after)
})

test.each([
  'a\nb\nd',
  'a\n# CONSOLE-SETTINGS-START\n',
  '# CONSOLE-SETTINGS-START # CONSOLE-SETTINGS-END\n',
  '# CONSOLE-SETTINGS-END\n# CONSOLE-SETTINGS-START\n',
  'x # CONSOLE-SETTINGS-START\n# CONSOLE-SETTINGS-END\n',
])('a file without both markers has no place for consoles: %j', (config) => {
  expect(editGrubConsole(config, ['x'])).toBeNull()
})

test('a missing table or platform needs nothing, and a strange table is none', () => {
  const none = { kernel_arguments: [], grub_commands: [] }
  expect(readPlatforms(null)!('qemu')).toEqual(none)
  expect(readPlatforms(Buffer.from('{"aws":{"grub_commands":["x"]}}'))!('aws')).toEqual({
    ...none,
    grub_commands: ['x'],
  })
  expect(readPlatforms(Buffer.from('{}'))!('toString')).toEqual(none)
  for (const table of ['', '[]', '{"aws":5}', '{"aws":{"kernel_arguments":["a\\nb"]}}'])
    expect(readPlatforms(Buffer.from(table)), table).toBeNull()
})
