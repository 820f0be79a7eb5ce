import { execFileSync } from 'node:child_process'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestBuild, packageVersion, type BuildFacts } from './build-facts.ts'
import type { Product } from './products.ts'

const rpmArch = (arch: string) => ({ x64: 'x86_64', arm64: 'aarch64' })[arch] ?? arch

/**
 * Builds an rpm from a tree with rpmbuild alone.
 * @returns the path of the rpm
 */
export async function makeRpm(product: Product, tree: string, out: string, facts: BuildFacts): Promise<string> {
  const arch = rpmArch(facts.arch)
  const top = join(out, 'rpmbuild')
  await rm(top, { recursive: true, force: true })
  await mkdir(top, { recursive: true })
  const spec = join(top, 'kindling.spec')
  await writeFile(
    spec,
    [
      `Name: ${product.name}`,
      `Version: ${packageVersion(facts)}`,
      'Release: 1',
      'Summary: Write Fedora CoreOS to drives, and prove it',
      'License: Apache-2.0',
      ...product.rpm.requires.map((name) => `Requires: ${name}`),
      `Conflicts: ${product.other}`,
      'Recommends: (polkit or sudo)',
      'Recommends: parted',
      // The libraries in the folder are private to Kindling. Their own dependencies are listed
      // above.
      'AutoReqProv: no',
      '%description',
      ...product.description,
      ...(isTestBuild(facts)
        ? [
            `THIS IS A TEST BUILD with Electron ${facts.electron}; Kindling is released with Electron ${facts.supported}.`,
          ]
        : []),
      '%install',
      `cp -a ${tree}/. %{buildroot}/`,
      '%files',
      ...(await listOwned(product.folder, tree)),
      '',
    ].join('\n'),
  )
  const macros = {
    _topdir: top,
    _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    _build_id_links: 'none',
    // Do not strip, compress or change anything: these are the files that were tested.
    __os_install_post: '%{nil}',
    debug_package: '%{nil}',
    _buildhost: 'kindling',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    _binary_payload: isTestBuild(facts) ? 'w1.gzdio' : 'w19.zstdio',
  }
  const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`])
  execFileSync('rpmbuild', ['-bb', '--quiet', '--target', arch, ...defines, spec], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(facts.time) },
  })
  const [made] = (await readdir(join(top, 'RPMS'))).filter((name) => name.endsWith('.rpm'))
  const file = join(out, made!)
  await rename(join(top, 'RPMS', made!), file)
  await rm(top, { recursive: true })
  return file
}

/** Lists the package's files: its own folder as a whole, and single files in shared folders. */
async function listOwned(folder: string, tree: string): Promise<string[]> {
  const found = execFileSync('find', ['usr', '(', '-type', 'f', '-o', '-type', 'l', ')'], {
    cwd: tree,
    encoding: 'utf8',
  })
  const files = found.trim().split('\n').toSorted()
  return [
    '%defattr(-,root,root)',
    folder,
    ...files
      .filter((path) => !`/${path}`.startsWith(`${folder}/`))
      .map((path) => (path.includes('/man/') ? `%doc "/${path}"` : `"/${path}"`)),
  ]
}
