import { Option, type Command } from 'commander'
import { fileSystem } from '../../../src-shared/file-system.ts'
import { saveSizes } from '../../../src-shared/job.ts'
import { driveOption, jsonOption, type CommandContext } from './command-context.ts'
import { identify } from './identify.ts'
import { restore } from './restore.ts'
import { save } from './save.ts'
import { baseUrlOption } from './source-options.ts'

/** Adds the commands that need no image: `identify`, `save` and `restore`. */
export function addDriveCommands(program: Command, { open, finish }: CommandContext): void {
  program
    .command('identify')
    .description('find out which published image is on a drive')
    .addOption(driveOption())
    .addOption(baseUrlOption())
    .addOption(jsonOption())
    .action(async (options) => finish(await identify(open(), options)))

  program
    .command('save')
    .description('save a drive to an image file; the drive is not written')
    .addOption(driveOption())
    .requiredOption('-o, --output <FILE>', 'the file to make; compressed if its name ends in .gz or .zst')
    .addOption(
      new Option('--size <SIZE>', 'where to end: at the end of the image, of the last partition, or of the drive')
        .choices(saveSizes)
        .default('all'),
    )
    .option('--verify', 'read the drive a second time, and compare')
    .option('--keep-going', 'continue where the drive cannot be read, with zeros in the file')
    .option('--replace', 'replace an existing file')
    .addOption(jsonOption())
    .action(async (options) => finish(await save(open(), options)))

  program
    .command('restore')
    .description('make a drive a plain storage stick again, with an empty file system')
    .addOption(driveOption())
    .addOption(
      new Option('--format <FORMAT>', 'the file system; FAT32 up to 32 GB, else exFAT').choices(fileSystem.options),
    )
    .option('--label <LABEL>', 'the name of the file system, 11 characters at most')
    .option('-y, --yes', 'erase the drive without asking')
    .option('--confirm <NAME>', 'the name of a large or built-in drive, as printed by `kindling drives`')
    .addOption(jsonOption())
    .action(async (options) => finish(await restore(open(), options)))
}
