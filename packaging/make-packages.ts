import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBillOfMaterials } from './bill-of-materials.ts'
import { isTestBuild, packageVersion, readBuildFacts, type BuildFacts } from './build-facts.ts'
import { collectKeys } from './collect-keys.ts'
import { collectLicences } from './collect-licences.ts'
import { findUnused } from './find-unused.ts'
import { makeCliFolder } from './make-cli-folder.ts'
import { makeCliTree, makeLinuxTree } from './linux-tree.ts'
import { makeDeb } from './make-deb.ts'
import { makeRpm } from './make-rpm.ts'
import { archiveIn } from './packaged-files.ts'
import { cliProduct, windowProduct, type Product } from './products.ts'
import { listShippedPackages } from './shipped-packages.ts'

export const kinds = ['deb', 'rpm', 'tar.gz', 'AppImage', 'cli-deb', 'cli-rpm', 'cli-tar.gz'] as const
export type Kind = (typeof kinds)[number]

export interface PackageOptions {
  root: string
  /** Folder of the Electron runtime to package. */
  runtime: string
  /** The kinds of Linux packages to make; all by default. Empty: only the app's folder. */
  kinds: readonly Kind[]
  /**
   * Directory of Fedora's key files. If null, a release downloads the keys and a test build has
   * none.
   */
  keys: string | null
  /** URL of the project, for software centers. */
  home: string | null
  /** Directory of the release signing keys, `<fingerprint>.asc`. It may be missing. */
  releaseKeys: string
  /** Source of updates for the packages: a GitHub repository or a folder. */
  updates: string | null
}

/** Packages the app for this system and architecture, in `dist/`. */
export async function makePackages(options: PackageOptions): Promise<void> {
  const { root, runtime } = options
  const facts = readBuildFacts(root, runtime)
  const out = join(root, 'dist')
  if (isTestBuild(facts))
    say(`a test build: on Electron ${facts.electron}, where a release has ${facts.supported}. Not to be handed on.`)
  const folder = folderOf(out, facts)
  await makeFolder(options, facts, folder)
  if (options.kinds.length === 0) return

  await removePackages(out)
  if (facts.platform === 'linux') await makeLinuxPackages(options, facts, folder, out)
  await writeFile(
    join(out, `kindling-${packageVersion(facts)}-${facts.platform}-${facts.arch}.cdx.json`),
    writeBillOfMaterials(facts, listShippedPackages(root)),
  )
  await writeSums(out)
}

async function makeLinuxPackages(
  { root, home, kinds, updates, releaseKeys }: PackageOptions,
  facts: BuildFacts,
  folder: string,
  out: string,
) {
  const tree = join(out, 'tree')
  const makeTree = (zshCompletions: string) => makeLinuxTree(root, folder, tree, facts, { zshCompletions }, home)
  if (kinds.includes('deb')) {
    await makeTree('usr/share/zsh/vendor-completions')
    await makeDeb(windowProduct, tree, out, facts)
  }
  const hasRpmbuild = hasProgram('rpmbuild')
  if (!hasRpmbuild && (kinds.includes('rpm') || kinds.includes('cli-rpm'))) say('no rpm: there is no rpmbuild')
  if (kinds.includes('rpm') && hasRpmbuild) {
    await makeTree('usr/share/zsh/site-functions')
    await makeRpm(windowProduct, tree, out, facts)
  }
  if (kinds.includes('tar.gz')) makeArchive('kindling', out, folder, facts)
  await makeCliPackages(root, facts, folder, out, tree, { kinds, hasRpmbuild })
  await rm(tree, { recursive: true, force: true })
  if (!kinds.includes('AppImage')) return
  // electron-builder downloads the AppImage runtime from the same source as Electron, unless a
  // local copy is given.
  if (isTestBuild(facts) && !process.env['APPIMAGE_TOOLS_PATH']) return say('no AppImage: that is for a release')
  const name = `kindling-${packageVersion(facts)}-linux-\${arch}.AppImage`
  runElectronBuilder(root, [
    '--linux',
    'AppImage',
    '--prepackaged',
    folder,
    `-c.artifactName=${name}`,
    ...nameFeed(updates, releaseKeys),
  ])
  // electron-builder leaves this file in the folder when it makes the AppImage. Other packages made
  // from the folder do not update themselves.
  await rm(join(folder, 'resources/app-update.yml'), { force: true })
}

/** Makes the packages of the command line alone. */
async function makeCliPackages(
  root: string,
  facts: BuildFacts,
  folder: string,
  out: string,
  tree: string,
  { kinds, hasRpmbuild }: { kinds: readonly Kind[]; hasRpmbuild: boolean },
): Promise<void> {
  if (!kinds.some((kind) => kind.startsWith('cli-'))) return
  const cli = join(out, 'cli-unpacked')
  await makeCliFolder(root, folder, cli)
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { engines: { node: string } }
  const product = cliProduct(manifest.engines.node.replace('>=', ''))
  const makeTree = (zshCompletions: string) => makeCliTree(root, cli, tree, facts, { zshCompletions })
  if (kinds.includes('cli-deb')) {
    await makeTree('usr/share/zsh/vendor-completions')
    await makeDeb(product, tree, out, facts)
  }
  if (kinds.includes('cli-rpm') && hasRpmbuild) {
    await makeTree('usr/share/zsh/site-functions')
    await makeRpm(product, tree, out, facts)
  }
  if (kinds.includes('cli-tar.gz')) makeArchive(product.name, out, cli, facts)
}

/** Returns the folder that electron-builder creates. */
function folderOf(out: string, { platform, arch }: BuildFacts): string {
  if (platform === 'darwin') return join(out, 'mac-universal', 'Kindling.app')
  const system = platform === 'win32' ? 'win' : 'linux'
  return join(out, `${arch === 'x64' ? system : `${system}-${arch}`}-unpacked`)
}

async function makeFolder(
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

function runElectronBuilder(root: string, args: string[]): void {
  execFileSync(process.execPath, ['node_modules/electron-builder/cli.js', '--publish', 'never', ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
}

function makeArchive(product: Product['name'], out: string, folder: string, facts: BuildFacts): void {
  const name = `${product}-${packageVersion(facts)}-linux-${facts.arch}`
  execFileSync(
    'tar',
    [
      '--create',
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      `--mtime=@${facts.time}`,
      `--transform=s,^\\.,${name},`,
      `--use-compress-program=gzip -n${isTestBuild(facts) ? '1' : '9'}`,
      `--file=${join(out, `${name}.tar.gz`)}`,
      '.',
    ],
    { cwd: folder, stdio: ['ignore', 2, 2] },
  )
}

/**
 * Returns electron-builder options for the update source. A package without a release key has no
 * updates, because it could not verify them.
 */
function nameFeed(updates: string | null, keys: string): string[] {
  if (updates === null) return []
  if (!existsSync(keys)) {
    say(`no updates: there is no key in ${keys}`)
    return []
  }
  const [, owner, repo] = /^https:\/\/github\.com\/([\w.-]+)\/([\w.-]+)\/?$/.exec(updates) ?? []
  return owner === undefined
    ? ['-c.publish.provider=generic', `-c.publish.url=${updates}`]
    : ['-c.publish.provider=github', `-c.publish.owner=${owner}`, `-c.publish.repo=${repo}`]
}

const isPackage = (name: string) => /\.(deb|rpm|tar\.gz|AppImage|dmg|zip|exe|cdx\.json)$/.test(name)

async function removePackages(out: string): Promise<void> {
  // On macOS and Windows the packages are made together with the folder.
  const ours = (await readdir(out)).filter((name) =>
    /\.(deb|rpm|tar\.gz|AppImage|cdx\.json)$|^(latest|alpha|beta)-linux.*\.yml$/.test(name),
  )
  for (const name of ours) await rm(join(out, name))
}

/** Writes the checksums in the format of sha256sum. */
async function writeSums(out: string): Promise<void> {
  const names = (await readdir(out)).filter(isPackage).toSorted()
  const lines = await Promise.all(
    names.map(
      async (name) =>
        `${createHash('sha256')
          .update(await readFile(join(out, name)))
          .digest('hex')}  ${name}\n`,
    ),
  )
  await writeFile(join(out, 'SHA256SUMS'), lines.join(''))
  for (const name of [...names, 'SHA256SUMS']) console.log(join('dist', name))
}

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const say = (words: string) => console.error(`dev: ${words}`)
