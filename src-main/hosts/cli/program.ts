import { Argument, Command, CommanderError, Option } from 'commander'
import { fileSystem } from '../../../src-shared/file-system.ts'
import { bootLoader, saveSizes } from '../../../src-shared/job.ts'
import { clearCache, listCache } from './cache.ts'
import { addAnswerOptions } from './answer-options.ts'
import type { Surface } from './command.ts'
import { download } from './download.ts'
import { identify } from './identify.ts'
import { ignitionActions, type IgnitionAction, type IgnitionOptions } from './ignition-options.ts'
import { listDrives } from './drives.ts'
import { openWindow } from './gui.ts'
import { addConfigOptions } from './first-boot-options.ts'
import { addLiveOptions } from './live-options.ts'
import { listArtifacts, type ListOptions } from './list.ts'
import { listReleases } from './releases.ts'
import { save } from './save.ts'
import { restore } from './restore.ts'
import { flagNames, settings } from './settings.ts'
import {
  addSourceOptions,
  baseUrlOption,
  readSourceOptions,
  releaseOption,
  type SourceOptions,
} from './source-options.ts'
import { listStreams } from './streams.ts'
import { verify } from './verify.ts'
import { write } from './write.ts'

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

  const json = () => new Option('--json', 'one JSON object a line on stdout, nothing on stderr')
  const drive = (more = '') =>
    new Option(
      '--drive <DRIVE>',
      `a block device, a /dev/disk/by-* name, or a disk-image file${more}`,
    ).makeOptionMandatory()
  const collect = (value: string, others: string[] = []) => [...others, value]
  const sourceOf = (command: Command) =>
    readSourceOptions(command.opts<SourceOptions>(), (name) => command.getOptionValueSource(name) === 'cli')

  program
    .command('streams')
    .description('list the streams and their releases')
    .addOption(baseUrlOption())
    .addOption(json())
    .action(async (options) => finish(await listStreams(open(), options)))

  program
    .command('list')
    .description('list the artifacts of a stream: everything unless narrowed')
    .option('-s, --stream <STREAM>', 'stream of Fedora CoreOS', 'stable')
    .addOption(releaseOption())
    .option('-a, --architecture <ARCH>', 'only this architecture')
    .option('-p, --platform <PLATFORM>', 'only this platform')
    .option('-f, --format <FORMAT>', 'only this format')
    .option('--images', 'list the cloud images instead')
    .addOption(baseUrlOption())
    .addOption(json())
    .action(async (options: ListOptions) => finish(await listArtifacts(open(), options)))

  program
    .command('releases')
    .description('list every release of a stream, newest first')
    .option('-s, --stream <STREAM>', 'stream of Fedora CoreOS', 'stable')
    .addOption(baseUrlOption())
    .addOption(json())
    .action(async (options) => finish(await listReleases(open(), options)))

  program
    .command('drives')
    .description('list the drives that can be written')
    .option('--all', 'also system and unusable drives, with the reason')
    .addOption(json())
    .action(async (options) => finish(await listDrives(open(), options)))

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
    .addOption(json())
    .action(async (options, command: Command) => finish(await download(open(), sourceOf(command), options)))

  const writing = addSourceOptions(
    program.command('write').description('verify an image, write it to a drive and read it back'),
  )
  writing
    .addOption(
      drive('; name several to write all of them at once').argParser<string[]>((path, others = []) => [
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
    .addOption(json())
    .action(async (options, command: Command) => finish(await write(open(), sourceOf(command), options)))

  addSourceOptions(program.command('verify').description('verify that a drive matches an image'))
    .addOption(drive())
    .option('--receipt <FILE>', 'the receipt of its write, for a first-boot setup that no saved receipt has')
    .addOption(json())
    .action(async (options, command: Command) => finish(await verify(open(), sourceOf(command), options)))

  program
    .command('identify')
    .description('find out which published image is on a drive')
    .addOption(drive())
    .addOption(baseUrlOption())
    .addOption(json())
    .action(async (options) => finish(await identify(open(), options)))

  program
    .command('save')
    .description('save a drive to an image file; the drive is not written')
    .addOption(drive())
    .requiredOption('-o, --output <FILE>', 'the file to make; compressed if its name ends in .gz or .zst')
    .addOption(
      new Option('--size <SIZE>', 'where to end: at the end of the image, of the last partition, or of the drive')
        .choices(saveSizes)
        .default('all'),
    )
    .option('--verify', 'read the drive a second time, and compare')
    .option('--keep-going', 'continue where the drive cannot be read, with zeros in the file')
    .option('--replace', 'replace an existing file')
    .addOption(json())
    .action(async (options) => finish(await save(open(), options)))

  program
    .command('restore')
    .description('make a drive a plain storage stick again, with an empty file system')
    .addOption(drive())
    .addOption(
      new Option('--format <FORMAT>', 'the file system; FAT32 up to 32 GB, else exFAT').choices(fileSystem.options),
    )
    .option('--label <LABEL>', 'the name of the file system, 11 characters at most')
    .option('-y, --yes', 'erase the drive without asking')
    .option('--confirm <NAME>', 'the name of a large or built-in drive, as printed by `kindling drives`')
    .addOption(json())
    .action(async (options) => finish(await restore(open(), options)))

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
    .addOption(json())
    .action(async (action: IgnitionAction, file: string | undefined, options: IgnitionOptions, command: Command) => {
      const given = Object.keys(options).filter((name) => command.getOptionValueSource(name) === 'cli')
      // Loaded here, because no other command needs the parsers.
      const { runIgnition } = await import('./ignition.ts')
      finish(await runIgnition(open(), action, file, options, given as (keyof IgnitionOptions)[]))
    })

  program
    .command('cache')
    .description(
      'list the saved downloads, or clear them (env: KINDLING_CACHE_LIMIT, 5 GB unless it or the settings say otherwise)',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'clear']).default('list'))
    .addOption(json())
    .action(async (action: 'list' | 'clear') => finish(await (action === 'clear' ? clearCache : listCache)(open())))

  program
    .command('settings')
    .description(
      'list the settings, or set one; the window uses them, too, and flags and environment variables override them',
    )
    .addArgument(new Argument('[name]', 'which one').choices(flagNames))
    .argument('[value]', 'the new value')
    .option('--reset', 'go back to the default')
    .addOption(json())
    .action(async (name: string | undefined, value: string | undefined, options: { reset?: boolean }) =>
      finish(await settings(open(), name, value, options)),
    )

  program
    .command('gui')
    .description('open the window')
    .argument('[image]', 'a file or an http(s) address to choose as the image')
    .addOption(json())
    .action(async (image: string | undefined) => finish(await openWindow(open(), image)))

  for (const command of [program, ...program.commands])
    command.addOption(new Option('--log <FILE>', 'write the log to this file instead'))
  return program
}
