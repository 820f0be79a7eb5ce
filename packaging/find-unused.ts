import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'
import { packageOfFile } from './list-packages.ts'
import { readArchive, type PackagedFile } from './packaged-files.ts'

export interface Usage {
  /** Packages of which no file is loaded. */
  unused: string[]
  /** Imports that cannot be resolved, as `file: import`. */
  missing: string[]
  /** Code files that are never loaded, in packages that are otherwise used. */
  idle: PackagedFile[]
}

/**
 * Follows all imports from the app's entry points through its archive, with Node's resolution
 * rules.
 * @throws when the archive has no program
 */
export function findUnused(archive: string): Usage {
  const files = byPath(readArchive(archive))
  const entries = [...files.keys()].filter((path) => /^out\/main\/.*\.js$/.test(path))
  if (entries.length === 0) throw new Error(`${archive} has no program`)
  const { reached, missing } = followImports(files, entries)
  // Native modules are found by `bindings`, which searches for them by name.
  const isCode = (path: string) => /\.([cm]?js|json|node|wasm)$/.test(path) && !path.endsWith('package.json')
  const used = packagesOf(reached)
  return {
    unused: [...packagesOf(files.keys())].filter((name) => !used.has(name)).toSorted(),
    missing,
    idle: [...files.values()].filter(({ path }) => {
      const name = packageOfFile(path)
      return name !== null && used.has(name) && isCode(path) && !path.endsWith('.node') && !reached.has(path)
    }),
  }
}

export type Files = ReadonlyMap<string, PackagedFile>
export const byPath = (files: readonly PackagedFile[]): Files => new Map(files.map((file) => [file.path, file]))

/** Returns the names of the packages that files belong to. */
export const packagesOf = (paths: Iterable<string>): ReadonlySet<string> =>
  new Set([...paths].flatMap((path) => packageOfFile(path) ?? []))

/** Follows all imports from entry points through the app, with Node's resolution rules. */
export function followImports(
  files: Files,
  entries: readonly string[],
): { reached: ReadonlySet<string>; missing: string[] } {
  const reached = new Set<string>()
  const missing: string[] = []
  const queue = [...entries]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    if (!/\.[cm]?js$/.test(path)) continue
    const text = files.get(path)!.read().toString()
    for (const name of importedBy(path, text)) {
      const found = resolve(files, path, name)
      if (found === null) missing.push(`${path}: ${name}`)
      else if (found !== 'system') queue.push(found)
    }
    queue.push(...workersOf(files, path, text))
  }
  return { reached, missing: missing.toSorted() }
}

/** Returns the workers that a built file starts. It names their files in `join`. */
function workersOf(files: Files, path: string, text: string): string[] {
  if (!path.startsWith('out/')) return []
  const named = [...text.matchAll(/\bimport\.meta\.dirname, "(\.\/[\w-]+\.js)"/g)]
  return named.map((match) => posix.join(posix.dirname(path), match[1]!)).filter((each) => files.has(each))
}

function importedBy(path: string, text: string): string[] {
  const found = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  // preProcessFile finds `require` only in files that do not look like ES modules.
  const required = [...text.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)].map((match) => match[1]!)
  return [...new Set(path.startsWith('out/') ? found : [...found, ...required])]
}

function resolve(files: Files, from: string, name: string): string | 'system' | null {
  if (name === 'electron' || name.startsWith('node:') || isBuiltin(name)) return 'system'
  if (name.startsWith('.')) return fileOf(files, posix.join(posix.dirname(from), name))
  const parts = name.split('/')
  const own = parts.splice(0, name.startsWith('@') ? 2 : 1).join('/')
  for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
    const place = posix.join(folder, 'node_modules', own)
    if (files.has(`${place}/package.json`))
      return enter(files, place, parts.length ? `./${parts.join('/')}` : '.', from)
    if (folder === '.') return null
  }
}

/** Resolves a package by its `exports`, or by its `main` if it has none. */
function enter(files: Files, place: string, path: string, from: string): string | null {
  const { exports, main = 'index.js' } = JSON.parse(files.get(`${place}/package.json`)!.read().toString()) as {
    exports?: unknown
    main?: string
  }
  const conditions = from.startsWith('out/') ? ['node', 'import', 'default'] : ['node', 'require', 'default']
  const pick = (target: unknown): string | null => {
    if (typeof target === 'string') return target
    if (Array.isArray(target)) return target.map(pick).find((each) => each !== null) ?? null
    if (target === null || typeof target !== 'object') return null
    const hit = Object.entries(target).find(([name]) => conditions.includes(name))
    return hit ? pick(hit[1]) : null
  }
  if (exports === undefined) return fileOf(files, posix.join(place, path === '.' ? main : path))
  const paths =
    typeof exports === 'object' && exports !== null && path in exports
      ? (exports as Record<string, unknown>)[path]
      : null
  const target = pick(paths ?? (path === '.' ? exports : null))
  return target === null ? null : fileOf(files, posix.join(place, target))
}

const fileOf = (files: Files, path: string) =>
  [path, `${path}.js`, `${path}.json`, `${path}.node`, `${path}/index.js`].find((each) => files.has(each)) ?? null
