import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isTestBuild, packageVersion, type BuildFacts } from './build-facts.ts'
import { gzip, settle } from './linux-tree.ts'
import type { Product } from './products.ts'

export const debArch = (arch: string): string => ({ x64: 'amd64' })[arch] ?? arch

/**
 * Builds a deb from a tree with dpkg-deb alone. The same tree yields the same bytes.
 * @returns the path of the deb
 */
export async function makeDeb(product: Product, tree: string, out: string, facts: BuildFacts): Promise<string> {
  const version = packageVersion(facts)
  const arch = debArch(facts.arch)
  const notes = join(tree, `usr/share/doc/${product.name}`)
  await mkdir(notes, { recursive: true })
  const changes = `${product.name} (${version}) unstable; urgency=medium\n\n  * Of commit ${facts.commit}.\n  * What is new is in CHANGELOG.md of the sources.\n\n -- ${maintainer}  ${new Date(facts.time * 1000).toUTCString().replace('GMT', '+0000')}\n`
  await writeFile(join(notes, 'changelog.gz'), gzip(changes))
  await writeFile(join(notes, 'copyright'), copyrightOf(product))
  const files = execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\n'], { cwd: tree, encoding: 'utf8' })
  const paths = files.trim().split('\n').toSorted()
  const size = Number(execFileSync('du', ['-sk', '--apparent-size', tree], { encoding: 'utf8' }).split('\t')[0])
  const control = join(tree, 'DEBIAN')
  await mkdir(control)
  await writeFile(
    join(control, 'control'),
    [
      `Package: ${product.name}`,
      `Version: ${version}`,
      `Architecture: ${arch}`,
      `Maintainer: ${maintainer}`,
      `Installed-Size: ${size}`,
      `Depends: ${product.deb.depends.join(', ')}`,
      `Recommends: ${product.deb.recommends.join(', ')}`,
      `Conflicts: ${product.other}`,
      `Replaces: ${product.other}`,
      'Section: admin',
      'Priority: optional',
      'Description: Write Fedora CoreOS to drives, and prove it',
      ...product.description.map((line) => ` ${line}`),
      ...(isTestBuild(facts)
        ? [
            ' .',
            ` THIS IS A TEST BUILD, made with Electron ${facts.electron}. Kindling is released with`,
            ` Electron ${facts.supported}, which could not be had where this was made.`,
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
  const file = join(out, `${product.name}_${version}_${arch}.deb`)
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
const copyrightOf = ({
  licences,
}: Product) => `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Kindling
Comment: ${licences.join('\n ')}

Files: *
Copyright: 2026 the Kindling developers
License: Apache-2.0
 On Debian systems, the text of the license is in /usr/share/common-licenses/Apache-2.0.
`
