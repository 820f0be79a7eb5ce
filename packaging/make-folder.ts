import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestBuild, type BuildFacts } from './build-facts.ts'
import { collectKeys } from './collect-keys.ts'
import { collectLicences } from './collect-licences.ts'
import { findUnused } from './find-unused.ts'
import type { PackageOptions } from './package-options.ts'
import { archiveIn } from './packaged-files.ts'
import { nameFeed, runElectronBuilder } from './run-electron-builder.ts'
import { say } from './say.ts'
import { listShippedPackages } from './shipped-packages.ts'

/** Returns the folder that electron-builder creates. */
export function folderOf(out: string, { platform, arch }: BuildFacts): string {
  if (platform === 'darwin') return join(out, 'mac-universal', 'Kindling.app')
  const system = platform === 'win32' ? 'win' : 'linux'
  return join(out, `${arch === 'x64' ? system : `${system}-${arch}`}-unpacked`)
}

/** Makes the app's folder, unless it is up to date. */
export async function makeFolder(
  { root, runtime, keys, kinds, updates, releaseKeys }: PackageOptions,
  facts: BuildFacts,
  folder: string,
): Promise<void> {
  const state = join(root, 'dist/.built')
  const wanted = { facts, keys, releaseKeys }
  // On macOS and Windows the packages are made together with the folder.
  const isApart = facts.platform === 'linux'
  if (isApart && existsSync(folder) && (await isMadeAs(wanted, state)) && !(await isStale(root, state))) return
  await rm(state, { force: true })

  const prepared = join(root, 'out/packaging')
  await mkdir(prepared, { recursive: true })
  if (keys !== null || !isTestBuild(facts)) {
    const missing = await collectKeys(keys, join(prepared, 'keys'))
    if (missing.length > 0) {
      const releases = missing.map(({ release }) => release).join(', ')
      throw new Error(
        `The keys of Fedora ${releases} are not to be had${keys === null ? '; give --keys DIRECTORY' : ` in ${keys}`}`,
      )
    }
  } else {
    say('without Fedora’s keys, which are fetched when they are needed: no --keys DIRECTORY was given')
    await rm(join(prepared, 'keys'), { recursive: true, force: true })
  }
  await rm(join(prepared, 'release-keys'), { recursive: true, force: true })
  if (existsSync(releaseKeys)) await cp(releaseKeys, join(prepared, 'release-keys'), { recursive: true })
  await writeFile(join(prepared, 'LICENSES.packages.txt'), collectLicences(listShippedPackages(root)))
  const commit = [`-c.extraMetadata.commit=${facts.commit}`]
  const only = kinds.length === 0 ? ['--dir'] : []
  if (facts.platform === 'linux') {
    runElectronBuilder(root, [
      '--linux',
      'dir',
      ...commit,
      `-c.electronDist=${runtime}`,
      `-c.electronVersion=${facts.electron}`,
    ])
    // The default app, which a development runtime starts when it gets no arguments.
    await rm(join(folder, 'resources/app'), { recursive: true, force: true })
  } else if (facts.platform === 'darwin') {
    const notarize = process.env['APPLE_API_KEY'] ? ['-c.mac.notarize=true'] : []
    runElectronBuilder(root, [
      '--mac',
      ...only,
      ...commit,
      ...nameFeed(updates, releaseKeys),
      '-c.npmRebuild=true',
      ...notarize,
    ])
  } else runElectronBuilder(root, ['--win', ...only, ...commit, ...nameFeed(updates, releaseKeys)])

  const { unused, missing } = findUnused(archiveIn(folder))
  if (missing.length > 0) throw new Error(`These are loaded, and were not packaged:\n${missing.join('\n')}`)
  if (unused.length > 0) throw new Error(`Nothing loads these packages, and they were packaged: ${unused.join(', ')}`)
  await writeFile(state, JSON.stringify(wanted))
}

interface Made {
  facts: BuildFacts
  keys: string | null
  releaseKeys: string
}

/**
 * Whether the folder was built with the wanted options. Fedora keys in it that are not requested
 * now do no harm.
 */
async function isMadeAs(wanted: Made, state: string): Promise<boolean> {
  const text = await readFile(state, 'utf8').catch(() => 'null')
  const made = JSON.parse(text || 'null') as Made | null
  const isSame =
    JSON.stringify(made?.facts) === JSON.stringify(wanted.facts) && made?.releaseKeys === wanted.releaseKeys
  return isSame && (wanted.keys === null || made?.keys === wanted.keys)
}

async function isStale(root: string, state: string): Promise<boolean> {
  const sources = [
    'src-main',
    'src-renderer',
    'src-shared',
    'src-wasm',
    'packaging',
    'assets',
    'package-lock.json',
    'electron-builder.yml',
  ]
  const found = execFileSync('find', [...sources, '-newer', state, '-print', '-quit'], { cwd: root, encoding: 'utf8' })
  return found !== ''
}
