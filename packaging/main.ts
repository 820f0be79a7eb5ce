import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { compareBuilds } from './compare-builds.ts'
import { findUnused } from './find-unused.ts'
import { makePackages } from './make-packages.ts'
import { kinds, type Kind } from './package-options.ts'
import { drawParts, measureParts } from './measure-parts.ts'
import { archiveIn } from './packaged-files.ts'
import { readReleaseNotes } from './release-notes.ts'

// Entry point of ./dev for packaging the app and inspecting packages. The working directory is
// always the project's root.
const root = process.cwd()
const program = new Command('packaging')

interface PackageArguments {
  runtime: string
  dir?: true
  only?: Kind
  keys?: string
  home?: string
  updates?: string
  releaseKeys: string
}

program
  .command('package')
  .requiredOption('--runtime <DIR>', 'folder of the Electron to take')
  .option('--dir', 'only the app as a folder')
  .addOption(new Option('--only <KIND>', 'only this package').choices(kinds))
  .option('--keys <DIR>', 'directory of Fedora’s key files')
  .option('--home <URL>', 'address of the project')
  .option('--updates <URL>', 'where the packages look for updates: a repository of GitHub, or a folder')
  .option('--release-keys <DIR>', 'directory of the keys that releases are signed by', 'assets/release-keys')
  .action((options: PackageArguments) =>
    makePackages({
      root,
      runtime: resolve(options.runtime),
      kinds: options.dir ? [] : options.only ? [options.only] : kinds,
      keys: options.keys === undefined ? null : resolve(options.keys),
      home: options.home ?? null,
      updates: options.updates ?? null,
      releaseKeys: resolve(options.releaseKeys),
    }),
  )

program
  .command('sizes')
  .argument('<folder>')
  .action((folder: string) => void process.stdout.write(drawParts(measureParts(folder))))

program
  .command('unused')
  .argument('<folder>')
  .action((folder: string) => {
    const { unused, missing, idle } = findUnused(archiveIn(folder))
    for (const name of unused) console.log(`nothing loads ${name}`)
    for (const each of missing) console.log(`not packaged: ${each}`)
    for (const { path, size } of idle) console.log(`idle: ${path} (${size} bytes)`)
    process.exitCode = unused.length + missing.length > 0 ? 1 : 0
  })

program
  .command('compare')
  .argument('<first>')
  .argument('<second>')
  .action((first: string, second: string) => {
    const { same, lines } = compareBuilds(first, second)
    console.log([...lines, `${same} files are the same, ${lines.length} differ`].join('\n'))
    process.exitCode = lines.length > 0 ? 1 : 0
  })

program
  .command('notes')
  .argument('[version]')
  .action((version?: string) => {
    process.stdout.write(readReleaseNotes(readFileSync('CHANGELOG.md', 'utf8'), version ?? null))
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(`packaging: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
