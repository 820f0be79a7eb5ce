import { execFileSync } from 'node:child_process'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestBuild, packageVersion, type BuildFacts } from './build-facts.ts'

/**
 * Required libraries. They are given by library name because Fedora and openSUSE use different
 * package names.
 */
const libraries = [
  'libgtk-3.so.0',
  'libnss3.so',
  'libasound.so.2',
  'libgbm.so.1',
  'libdrm.so.2',
  'libatspi.so.0',
  'libcups.so.2',
]

const rpmArch = (arch: string) => ({ x64: 'x86_64', arm64: 'aarch64' })[arch] ?? arch

/**
 * Builds an rpm from a tree with rpmbuild alone.
 * @returns the path of the rpm
 */
export async function makeRpm(tree: string, out: string, facts: BuildFacts): Promise<string> {
  const arch = rpmArch(facts.arch)
  const top = join(out, 'rpmbuild')
  await rm(top, { recursive: true, force: true })
  await mkdir(top, { recursive: true })
  const spec = join(top, 'kindling.spec')
  await writeFile(
    spec,
    [
      'Name: kindling',
      `Version: ${packageVersion(facts)}`,
      'Release: 1',
      'Summary: Write Fedora CoreOS to drives, and prove it',
      'License: Apache-2.0',
      ...libraries.map((name) => `Requires: ${name}()(64bit)`),
      'Requires: util-linux',
      'Recommends: (polkit or sudo)',
      'Recommends: parted',
      // The libraries in the folder are private to Kindling. Their own dependencies are listed
      // above.
      'AutoReqProv: no',
      '%description',
      'Downloads an image, checks that Fedora signed it, writes it to a USB stick or',
      'disk, reads the drive back, and only then makes it bootable.',
      ...(isTestBuild(facts)
        ? [`THIS IS A TEST BUILD on Electron ${facts.electron}; Kindling is released on Electron ${facts.supported}.`]
        : []),
      '%install',
      `cp -a ${tree}/. %{buildroot}/`,
      '%files',
      ...(await listOwned(tree)),
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
async function listOwned(tree: string): Promise<string[]> {
  const found = execFileSync('find', ['usr', '(', '-type', 'f', '-o', '-type', 'l', ')'], {
    cwd: tree,
    encoding: 'utf8',
  })
  const files = found.trim().split('\n').toSorted()
  return [
    '%defattr(-,root,root)',
    '/opt/Kindling',
    ...files.map((path) => (path.includes('/man/') ? `%doc "/${path}"` : `"/${path}"`)),
  ]
}
