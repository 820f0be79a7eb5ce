import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { readArchive, readFolder } from './packaged-files.ts'

/**
 * Returns the differences between two builds, one line each. The app's archive is compared file by
 * file.
 * @param first – folder of packages and unpacked apps
 */
export function compareBuilds(first: string, second: string): { same: number; lines: string[] } {
  const [ours, theirs] = [hashAll(first), hashAll(second)]
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted()
  const lines = paths.flatMap((path) => {
    const [one, other] = [ours.get(path), theirs.get(path)]
    if (one === other) return []
    return [
      one === undefined
        ? `only the second has ${path}`
        : other === undefined
          ? `only the first has ${path}`
          : `${path} differs`,
    ]
  })
  return { same: paths.length - lines.length, lines }
}

function hashAll(folder: string): Map<string, string> {
  const hashes = new Map<string, string>()
  const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  for (const { path, file } of readFolder(folder)) {
    const link = lstatSync(file).isSymbolicLink()
    hashes.set(path, link ? `link to ${readlinkSync(file)}` : hash(readFileSync(file)))
    if (!path.endsWith('/app.asar')) continue
    for (const inside of readArchive(file))
      if (!existsSync(`${file}.unpacked/${inside.path}`)) hashes.set(`${path}: ${inside.path}`, hash(inside.read()))
  }
  return hashes
}
