import type { Command } from 'commander'
import { jsonOption, type CommandContext } from './command-context.ts'
import { listDrives } from './drives.ts'
import { listArtifacts, type ListOptions } from './list.ts'
import { listReleases } from './releases.ts'
import { baseUrlOption, releaseOption } from './source-options.ts'
import { listStreams } from './streams.ts'

/** Adds the commands that list what can be chosen: streams, artifacts, releases and drives. */
export function addListingCommands(program: Command, { open, finish }: CommandContext): void {
  program
    .command('streams')
    .description('list the streams and their releases')
    .addOption(baseUrlOption())
    .addOption(jsonOption())
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
    .addOption(jsonOption())
    .action(async (options: ListOptions) => finish(await listArtifacts(open(), options)))

  program
    .command('releases')
    .description('list every release of a stream, newest first')
    .option('-s, --stream <STREAM>', 'stream of Fedora CoreOS', 'stable')
    .addOption(baseUrlOption())
    .addOption(jsonOption())
    .action(async (options) => finish(await listReleases(open(), options)))

  program
    .command('drives')
    .description('list the drives that can be written')
    .option('--all', 'also system and unusable drives, with the reason')
    .addOption(jsonOption())
    .action(async (options) => finish(await listDrives(open(), options)))
}
