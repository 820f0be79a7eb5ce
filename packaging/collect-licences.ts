import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ShippedPackage } from './shipped-packages.ts'

/**
 * Returns the licence texts of all packages in the app, which their licences require to be shipped.
 */
export const collectLicences = (packages: ShippedPackage[]): string =>
  packages
    .map((each) => `${'-'.repeat(78)}\n${each.name} ${each.version}: ${each.licence}\n\n${readLicence(each)}\n`)
    .join('\n')

/** Licences of other works within a package, which its own licence text does not name. */
const worksWithin: Record<string, string> = {
  ext2fs: `It contains libext2fs of e2fsprogs (https://github.com/tytso/e2fsprogs), compiled to WebAssembly, under the
GNU Library General Public License, version 2: https://www.gnu.org/licenses/old-licenses/lgpl-2.0.txt`,
}

function readLicence({ name: packageName, folder }: ShippedPackage): string {
  const within = worksWithin[packageName]
  const name = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|$|-)/i.test(each))
  const own =
    name === undefined ? '(The package has no text of its own.)' : readFileSync(join(folder, name), 'utf8').trim()
  return within === undefined ? own : `${within}\n\n${own}`
}
