import { Argument, type Command } from 'commander'
import { addAnswerOptions } from './answer-options.ts'
import { jsonOption, type CommandContext } from './command-context.ts'
import { ignitionActions, type IgnitionAction, type IgnitionOptions } from './ignition-options.ts'
import { baseUrlOption } from './source-options.ts'

export function addIgnitionCommand(program: Command, { open, finish }: CommandContext): void {
  const ignition = program
    .command('ignition')
    .description(
      'check the config of the first boot, translate it from Butane, make a simple one, or show what a drive will do',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(ignitionActions))
    .argument('[file]', 'the config to check or translate')
    .option('-s, --stream <STREAM>', 'the version must be one that the current release of this stream accepts')
    .option('-r, --release <RELEASE>', 'the version must be one that this release accepts, like 44.20260510.3.0')
    .addOption(baseUrlOption())
    .option('-d, --files-dir <DIR>', 'where the local files of a Butane config are')
  addAnswerOptions(ignition, 'the name of the machine')
    .option('--drive <DRIVE>', 'the drive to show: a block device, a /dev/disk/by-* name, or a disk-image file')
    .option('--butane', 'print what is made in Butane')
    .addOption(jsonOption())
    .action(async (action: IgnitionAction, file: string | undefined, options: IgnitionOptions, command: Command) => {
      const given = Object.keys(options).filter((name) => command.getOptionValueSource(name) === 'cli')
      // Loaded here, because no other command needs the parsers.
      const { runIgnition } = await import('./ignition.ts')
      finish(await runIgnition(open(), action, file, options, given as (keyof IgnitionOptions)[]))
    })
}
