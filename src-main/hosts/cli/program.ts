import { Command, CommanderError, Option } from 'commander'
import type { CommandContext } from './command-context.ts'
import type { Surface } from './command.ts'
import { addDriveCommands } from './drive-commands.ts'
import { addIgnitionCommand } from './ignition-command.ts'
import { addImageCommands } from './image-commands.ts'
import { addListingCommands } from './listing-commands.ts'
import { addOwnCommands } from './own-commands.ts'

/**
 * Creates the command line, as shown by `--help`. The man page and the completions of a package are
 * also generated from it.
 * @param version – returns the text of `--version`
 * @param open – returns the surface for a command, once its arguments are valid
 * @param finish – receives the exit code
 */
export function createProgram(version: () => string, open: () => Surface, finish: (code: number) => void): Command {
  const program = new Command('kindling')
  program
    .description(
      'Puts Fedora CoreOS on metal: downloads an image, verifies it, writes it to a drive and reads it back.',
    )
    .option('-V, --version', 'print the version, its commit and its runtime')
    .on('option:version', () => {
      program.configureOutput().writeOut!(`${version()}\n`)
      throw new CommanderError(0, 'commander.version', '')
    })

  const context: CommandContext = { open, finish }
  addListingCommands(program, context)
  addImageCommands(program, context)
  addDriveCommands(program, context)
  addIgnitionCommand(program, context)
  addOwnCommands(program, context)

  for (const command of [program, ...program.commands])
    command.addOption(new Option('--log <FILE>', 'write the log to this file instead'))
  return program
}
