import { Argument, type Command } from 'commander'
import { clearCache, listCache } from './cache.ts'
import { jsonOption, type CommandContext } from './command-context.ts'
import { openWindow } from './gui.ts'
import { flagNames, settings } from './settings.ts'

/** Adds the commands about Kindling itself: `cache`, `settings` and `gui`. */
export function addOwnCommands(program: Command, { open, finish }: CommandContext): void {
  program
    .command('cache')
    .description(
      'list the saved downloads, or clear them (env: KINDLING_CACHE_LIMIT, 5 GB unless it or the settings say otherwise)',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'clear']).default('list'))
    .addOption(jsonOption())
    .action(async (action: 'list' | 'clear') => finish(await (action === 'clear' ? clearCache : listCache)(open())))

  program
    .command('settings')
    .description(
      'list the settings, or set one; the window uses them, too, and flags and environment variables override them',
    )
    .addArgument(new Argument('[name]', 'which one').choices(flagNames))
    .argument('[value]', 'the new value')
    .option('--reset', 'go back to the default')
    .addOption(jsonOption())
    .action(async (name: string | undefined, value: string | undefined, options: { reset?: boolean }) =>
      finish(await settings(open(), name, value, options)),
    )

  program
    .command('gui')
    .description('open the window')
    .argument('[image]', 'a file or an http(s) address to choose as the image')
    .addOption(jsonOption())
    .action(async (image: string | undefined) => finish(await openWindow(open(), image)))
}
