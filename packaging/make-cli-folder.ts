import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { collectLicences } from './collect-licences.ts'
import { byPath, followImports, packagesOf } from './find-unused.ts'
import { archiveIn, readArchive } from './packaged-files.ts'
import { listShippedPackages } from './shipped-packages.ts'

/** The programs that the command line consists of. */
const entries = ['out/main/kindling.js', 'out/main/privileged.js']

/**
 * Makes the folder of the command line from that of the window: of its archive the files that the
 * command line loads, the native parts of their packages, and the keys.
 * @param folder – the app's folder
 * @throws Error if a file that is loaded was not packaged
 */
export async function makeCliFolder(root: string, folder: string, cli: string): Promise<void> {
  const files = byPath(readArchive(archiveIn(folder)))
  const { reached, missing } = followImports(files, entries)
  if (missing.length > 0) throw new Error(`These are loaded, and were not packaged:\n${missing.join('\n')}`)
  const used = packagesOf(reached)
  const isWanted = (path: string) => {
    if (reached.has(path) || path === 'package.json' || path.startsWith('keys/')) return true
    const inPackage = [...packagesOf([path])][0]
    return inPackage !== undefined && used.has(inPackage) && /(\.(node|wasm)|\/package\.json)$/.test(path)
  }
  await rm(cli, { recursive: true, force: true })
  for (const { path, read } of files.values()) {
    if (!isWanted(path)) continue
    await mkdir(dirname(join(cli, path)), { recursive: true })
    await writeFile(join(cli, path), read())
  }
  await writeFile(join(cli, 'LICENSES.packages.txt'), collectLicences(listShippedPackages(root, ['out/main'])))
  await cp(join(root, 'LICENSE'), join(cli, 'LICENSE'))
  await cp(join(root, 'assets/linux-cli/kindling'), join(cli, 'kindling'))
  await chmod(join(cli, 'kindling'), 0o755)
}
