import { isBuiltin } from 'node:module'
import { packageOf, type Import } from './read-imports.ts'

interface Boundary {
  words: string
  isBroken(each: Import): boolean
}

const core = /^src-main\/(?!hosts\/)/
const to = (folder: string) => (each: Import) => !each.isPackage && each.to.startsWith(folder)
const isElectron = (each: Import) => each.isPackage && packageOf(each.to) === 'electron'

/**
 * Rules about which folder may import which. The linter checks most of them too (.oxlintrc.json),
 * already while typing.
 */
const boundaries: Boundary[] = [
  {
    words: 'src-shared imports only itself and zod',
    isBroken: (each) =>
      each.from.startsWith('src-shared/') && (each.isPackage ? packageOf(each.to) !== 'zod' : !to('src-shared/')(each)),
  },
  {
    words: 'src-renderer has no Node, no Electron and no src-main',
    isBroken: (each) =>
      each.from.startsWith('src-renderer/') &&
      ((each.isPackage && isBuiltin(each.to)) || isElectron(each) || to('src-main/')(each)),
  },
  {
    words: 'only src-main/hosts/electron imports electron',
    isBroken: (each) =>
      each.from.startsWith('src-main/') && !each.from.startsWith('src-main/hosts/electron/') && isElectron(each),
  },
  {
    words: 'src-main does not import src-renderer',
    isBroken: (each) => each.from.startsWith('src-main/') && to('src-renderer/')(each),
  },
  {
    words: 'the core does not import its hosts',
    isBroken: (each) => core.test(each.from) && to('src-main/hosts/')(each),
  },
  {
    words: 'what ships does not import tests',
    isBroken: (each) => each.from.startsWith('src-') && to('test/')(each),
  },
]

/**
 * Returns one line for each import that breaks a boundary: `src-shared/a.ts imports node:fs:
 * src-shared imports only …`.
 */
export function findBreaches(imports: Import[]): string[] {
  return imports.flatMap((each) =>
    boundaries
      .filter((boundary) => boundary.isBroken(each))
      .map((boundary) => `${each.from} imports ${each.to}: ${boundary.words}`),
  )
}
