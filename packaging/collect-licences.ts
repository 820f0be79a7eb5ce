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

function readLicence({ folder }: ShippedPackage): string {
  const name = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.|$|-)/i.test(each))
  return name === undefined ? '(The package has no text of its own.)' : readFileSync(join(folder, name), 'utf8').trim()
}
