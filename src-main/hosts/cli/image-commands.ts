import { Option, type Command } from 'commander'
import { bootLoader } from '../../../src-shared/job.ts'
import { addAnswerOptions } from './answer-options.ts'
import { collect, driveOption, jsonOption, type CommandContext } from './command-context.ts'
import { download } from './download.ts'
import { addConfigOptions } from './first-boot-options.ts'
import { addLiveOptions } from './live-options.ts'
import { addSourceOptions, readSourceOptions, type SourceOptions } from './source-options.ts'
import { verify } from './verify.ts'
import { write } from './write.ts'

/** Adds the commands that read an image: `download`, `write` and `verify`. */
export function addImageCommands(program: Command, context: CommandContext): void {
  addDownload(program, context)
  addWrite(program, context)
  addVerify(program, context)
}

function addDownload(program: Command, { open, finish }: CommandContext): void {
  const downloading = addConfigOptions(
    addSourceOptions(program.command('download').description('download an image and verify it'))
      .option('-C, --directory <DIR>', 'where to put it', '.')
      .option('-d, --decompress', 'decompress it')
      .addOption(
        new Option('--for <LOADER>', 'the boot loader for the format pxe (default: iPXE)').choices(bootLoader.options),
      ),
  ).optionsGroup('Answers for an Ignition config:')
  addLiveOptions(addAnswerOptions(downloading, 'the name of the machine'))
    .optionsGroup('Options:')
    .addOption(jsonOption())
    .action(async (options, command: Command) => finish(await download(open(), sourceOf(command), options)))
}

function addWrite(program: Command, { open, finish }: CommandContext): void {
  const writing = addSourceOptions(
    program.command('write').description('verify an image, write it to a drive and read it back'),
  )
  writing
    .addOption(
      driveOption('; name several to write all of them at once').argParser<string[]>((path, others = []) => [
        ...others,
        path,
      ]),
    )
    .option('-y, --yes', 'erase the drive without asking')
    .option(
      '--confirm <NAME>',
      'the name of a large or built-in drive, as printed by `kindling drives`; one for each such drive',
      collect,
    )
    .option('--accept-doubtful-stream', 'write although the stream may be wrong or outdated')
    .option('--accept-unrecognized-image', 'write although the image does not look like a disk image')
    .option('--verify', 'read the drive back, whatever the settings say')
    .option('--no-verify', 'do not read the drive back')
    .option('--eject', 'eject the drive when finished, if possible')
    .option('--no-eject', 'leave it powered, whatever the settings say')
    .option('--write-all', 'write every byte, also unchanged ones')
  addConfigOptions(writing)
    .optionsGroup('First boot of a metal image:')
    .option('--append-karg <ARG>', 'a kernel argument to append; may be given several times', collect)
    .option('--delete-karg <ARG>', 'a kernel argument to delete; may be given several times', collect)
    .option('--console <SPEC>', 'a console, like tty0 or ttyS0,115200n8; the last one is the primary', collect)
    .option('--ignition-platform <ID>', 'the platform that Ignition runs on, in place of metal')
    .option('--firstboot-args <ARGS>', 'kernel arguments of the first boot alone')
    .option('-n, --network-dir <DIR>', 'a folder with connections of NetworkManager, for the first boot and after')
    .optionsGroup('Answers for an Ignition config:')
  addLiveOptions(
    addAnswerOptions(
      writing,
      'the name of the machine; {n} in it is the number of the drive; once, or once for each drive',
    ),
  )
    .optionsGroup('Options:')
    .addOption(jsonOption())
    .action(async (options, command: Command) => finish(await write(open(), sourceOf(command), options)))
}

function addVerify(program: Command, { open, finish }: CommandContext): void {
  addSourceOptions(program.command('verify').description('verify that a drive matches an image'))
    .addOption(driveOption())
    .option('--receipt <FILE>', 'the receipt of its write, for a first-boot setup that no saved receipt has')
    .addOption(jsonOption())
    .action(async (options, command: Command) => finish(await verify(open(), sourceOf(command), options)))
}

const sourceOf = (command: Command) =>
  readSourceOptions(command.opts<SourceOptions>(), (name) => command.getOptionValueSource(name) === 'cli')
