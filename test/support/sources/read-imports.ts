import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, normalize } from 'node:path'
import ts from 'typescript'

export interface Import {
  /** Path of the importing file in the project, with `/`. */
  from: string
  /** The imported module: a path in the project, or a package as written (`node:fs`, `zod`). */
  to: string
  isPackage: boolean
}

/**
 * Returns every import of the TypeScript, JavaScript, Svelte and CSS files below the folders:
 * static, dynamic and type-only.
 */
export function readImports(root: string, folders: string[]): Import[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => ['.ts', '.mjs', '.svelte', '.css'].includes(extname(path)))
      .flatMap((from) => readImportsOfFile(root, from)),
  )
}

/**
 * Returns the imports of one file.
 * @param from – path below root
 */
export function readImportsOfFile(root: string, from: string): Import[] {
  const text = readFileSync(join(root, from), 'utf8')
  return importedBy(extname(from), text).map((name) => {
    const isPackage = !/^[./]/.test(name)
    return { from, to: isPackage ? name : normalize(join(dirname(from), name)), isPackage }
  })
}

function importedBy(extension: string, text: string): string[] {
  if (extension === '.css') return [...text.matchAll(/@import\s+(?:url\()?['"]([^'"]+)/g)].map((match) => match[1]!)
  if (extension === '.svelte') {
    return [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].flatMap((match) => importedBy('.ts', match[1]!))
  }
  return ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName)
}

/**
 * Returns the package of an imported name: `zod` for `zod/v4`, `@scope/name` for
 * `@scope/name/file`.
 */
export function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/')
}
