import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

/**
 * Leaves beside a bundle the names of the packages that something in it came from: what ships without a folder of its own in
 * `node_modules`. The bill of materials, the licences and the sizes are made from them.
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
    // Styles are in no chunk by the time it is written.
    const styles = [...this.getModuleIds()].filter((id) => /\.css(\?|$)/.test(id))
    const names = [...files, ...styles].flatMap((file) => packageOfFile(file) ?? [])
    const source = `${JSON.stringify([...new Set(names)].toSorted(), null, 2)}\n`
    // A thread's file is built inside the build of whoever starts it, and its list comes to lie beside the other.
    const hash = createHash('sha256').update(source).digest('hex').slice(0, 8)
    this.emitFile({ type: 'asset', fileName: `packages-${hash}.json`, source })
  },
})

/** The innermost package that a file lies in. */
export function packageOfFile(file: string): string | null {
  const inner = file.split(/node_modules[\\/]/).at(-1)!
  if (inner === file) return null
  return inner.split(/[\\/]/, inner.startsWith('@') ? 2 : 1).join('/')
}
