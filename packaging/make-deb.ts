import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestBuild, packageVersion, type BuildFacts } from './build-facts.ts'
import { gzip, settle } from './linux-tree.ts'

/**
 * Libraries that Chromium loads and that the other dependencies do not pull in. The `t64` names are
 * those of Debian 13 and Ubuntu 24.04.
 */
const depends = [
  'libc6 (>= 2.28)',
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'libdrm2',
  'libatspi2.0-0t64 | libatspi2.0-0',
  'libcups2t64 | libcups2',
  'libxkbcommon0',
  'libxcomposite1',
  'libxdamage1',
  'libxrandr2',
]
/**
 * polkit is not needed where sudo is installed. parted re-reads partition tables; udisks powers off
 * USB sticks.
 */
const recommends = ['pkexec | policykit-1 | sudo', 'parted', 'udisks2']

export const debArch = (arch: string): string => ({ x64: 'amd64' })[arch] ?? arch

/**
 * Builds a deb from a tree with dpkg-deb alone. The same tree yields the same bytes.
 * @returns the path of the deb
 */
export async function makeDeb(tree: string, out: string, facts: BuildFacts): Promise<string> {
  const version = packageVersion(facts)
  const arch = debArch(facts.arch)
  const notes = join(tree, 'usr/share/doc/kindling')
  await mkdir(notes, { recursive: true })
  const changes = `kindling (${version}) unstable; urgency=medium\n\n  * Of commit ${facts.commit}.\n  * What is new is in CHANGELOG.md of the sources.\n\n -- ${maintainer}  ${new Date(facts.time * 1000).toUTCString().replace('GMT', '+0000')}\n`
  await writeFile(join(notes, 'changelog.gz'), gzip(changes))
  await writeFile(join(notes, 'copyright'), copyright)
  const files = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\n'], { cwd: tree, encoding: 'utf8' })
  const paths = files.trim().split('\n').toSorted()
  const size = Number(execFileSync('du', ['-sk', '--apparent-size', tree], { encoding: 'utf8' }).split('\t')[0])
  const control = join(tree, 'DEBIAN')
  await mkdir(control)
  await writeFile(
    join(control, 'control'),
    [
      'Package: kindling',
      `Version: ${version}`,
      `Architecture: ${arch}`,
      `Maintainer: ${maintainer}`,
      `Installed-Size: ${size}`,
      `Depends: ${depends.join(', ')}`,
      `Recommends: ${recommends.join(', ')}`,
      'Section: admin',
      'Priority: optional',
      'Description: Write Fedora CoreOS to drives, and prove it',
      ' Downloads an image, checks that Fedora signed it, writes it to a USB stick or',
      ' disk, reads the drive back, and only then makes it bootable. A window and a',
      ' command line.',
      ...(isTestBuild(facts)
        ? [
            ' .',
            ` THIS IS A TEST BUILD on Electron ${facts.electron}. Kindling is released on Electron`,
            ` ${facts.supported}, which could not be had where this was made.`,
          ]
        : []),
      '',
    ].join('\n'),
  )
  const sums = await Promise.all(
    paths.map(
      async (path) =>
        `${createHash('md5')
          .update(await readFile(join(tree, path)))
          .digest('hex')}  ${path}\n`,
    ),
  )
  await writeFile(join(control, 'md5sums'), sums.join(''))
  await settle(tree, facts.time)
  const file = join(out, `kindling_${version}_${arch}.deb`)
  // Test builds are made often and not kept, so compress them fast.
  const [kind, level] = isTestBuild(facts) ? ['-Zgzip', '-z1'] : ['-Zxz', '-z9']
  execFileSync('dpkg-deb', ['--root-owner-group', kind!, level!, '--build', tree, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(facts.time) },
  })
  return file
}

const maintainer = 'The Kindling developers <kindling@invalid.invalid>'

/**
 * Copyright file in Debian's machine-readable format. The licences of the runtime and the packages
 * are next to the program.
 */
const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Kindling
Comment: Of Electron and Chromium: /opt/Kindling/LICENSE.electron.txt and LICENSES.chromium.html.
 Of the packages in the program: /opt/Kindling/LICENSES.packages.txt.

Files: *
Copyright: 2026 the Kindling developers
License: Apache-2.0
 On Debian systems, the text of the license is in /usr/share/common-licenses/Apache-2.0.
`
