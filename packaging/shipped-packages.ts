import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ShippedPackage {
  name: string
  version: string
  licence: string
  /** Whether the package is bundled or has its own folder. */
  place: 'bundle' | 'node_modules'
  /** SRI hash from the lockfile, or null. */
  integrity: string | null
  /** The package's folder in the installed `node_modules`. */
  folder: string
}

/**
 * Lists every package that the app contains, wholly or in part, by name: the contents of the
 * bundles, and the parts of node_modules that electron-builder.yml includes. `find-unused` checks
 * that this matches the real archive.
 * @param bundles – the folders of the bundles
 */
export function listShippedPackages(
  root: string,
  bundles: readonly string[] = ['out/main', 'out/preload', 'out/renderer'],
): ShippedPackage[] {
  const bundled = bundles.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /^packages-\w+\.json$/.test(name))
      .flatMap((name) => JSON.parse(readFileSync(join(root, folder, name), 'utf8')) as string[]),
  )
  const settings = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
  const [, allowed] = /'!node_modules\/!\((.+)\)\/\*\*'/.exec(settings)!
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; license?: string; integrity?: string }>
  }
  const describe = (name: string, place: ShippedPackage['place']): ShippedPackage => {
    const path = packages[`node_modules/${name}`]
      ? `node_modules/${name}`
      : Object.keys(packages).find((each) => each.endsWith(`/node_modules/${name}`))
    if (path === undefined) throw new Error(`${name} ships, and the lockfile does not know it`)
    const { version, license = 'unknown', integrity = null } = packages[path]!
    return { name, version, licence: license, place, integrity, folder: join(root, path) }
  }
  const all = new Map<string, ShippedPackage>()
  for (const name of allowed!.split('|')) all.set(name, describe(name, 'node_modules'))
  for (const name of bundled) all.set(name, describe(name, 'bundle'))
  return [...all.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
