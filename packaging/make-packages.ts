import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBillOfMaterials } from './bill-of-materials.ts'
import { isTestBuild, packageVersion, readBuildFacts, type BuildFacts } from './build-facts.ts'
import { makeCliFolder } from './make-cli-folder.ts'
import { makeCliTree, makeLinuxTree } from './linux-tree.ts'
import { makeDeb } from './make-deb.ts'
import { makeRpm } from './make-rpm.ts'
import { folderOf, makeFolder } from './make-folder.ts'
import type { Kind, PackageOptions } from './package-options.ts'
import { nameFeed, runElectronBuilder } from './run-electron-builder.ts'
import { say } from './say.ts'
import { cliProduct, windowProduct, type Product } from './products.ts'
import { listShippedPackages } from './shipped-packages.ts'

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
