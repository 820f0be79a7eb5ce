import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

/**
 * Writes a list of the packages that a bundle contains code from, next to the bundle. These
 * packages have no folder of their own in the shipped `node_modules`. The bill of materials, the
 * licences and the size report use the lists.
 */
export const listPackages = (): Plugin => ({
  name: 'list-packages',
  apply: 'build',
  generateBundle(_options, bundle) {
    const files = Object.values(bundle).flatMap((part) =>
      part.type === 'chunk'
        ? Object.entries(part.modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : []))
        : part.originalFileNames,
    )
    // By the time the bundle is written, styles are no longer part of any chunk.
    const styles = [...this.getModuleIds()].filter((id) => /\.css(\?|$)/.test(id))
    const names = [...files, ...styles].flatMap((file) => packageOfFile(file) ?? [])
    const source = `${JSON.stringify([...new Set(names)].toSorted(), null, 2)}\n`
    // A worker's file is built within the build of the file that starts it. Both lists end up in
    // the same folder, so the name contains a hash.
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
    this.emitFile({ type: 'asset', fileName: `packages-${hash}.json`, source })
  },
})

/** Returns the innermost package that contains a file, or null. */
export function packageOfFile(file: string): string | null {
  const inner = file.split(/node_modules[\\/]/).at(-1)!
  if (inner === file) return null
  return inner.split(/[\\/]/, inner.startsWith('@') ? 2 : 1).join('/')
}
