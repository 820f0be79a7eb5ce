import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { packageOf, readImports } from './support/sources/read-imports.ts'

// boundaries.test.ts checks that the running code imports each dependency.
const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { dependencies, allowScripts } = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { hasInstallScript?: boolean; dependencies?: Record<string, string>; dev?: boolean }>
}

const dependenciesOf = (name: string) => Object.keys(packages[`node_modules/${name}`]!.dependencies ?? {})
/** Returns all direct and indirect dependencies of a package. */
const allBelow = (name: string): string[] => dependenciesOf(name).flatMap((each) => [each, ...allBelow(each)])

/** Rows of the package table in SECURITY.md: name, purpose, reason. */
const rows = read('SECURITY.md')
  .split(/^## /m)
  .find((section) => section.startsWith('Dependencies'))!
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (package|-)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('SECURITY.md lists every package that ships, once, with what for and why', () => {
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(dependencies))
  for (const [, name, purpose, reason] of rows) expect([purpose, reason], name).not.toContain('')
})

test('what SECURITY.md says to have no dependencies has none', () => {
  const bare = rows.filter(([, , , reason]) => /without (native code and )?dependencies/.test(reason!))
  expect(bare.length).toBeGreaterThan(3)
  for (const [, name] of bare) expect(packages[`node_modules/${name}`]!.dependencies ?? {}, name).toEqual({})
})

test('SECURITY.md names every package that the page is built from', () => {
  const imported = readImports(root, ['src-renderer']).filter(({ isPackage }) => isPackage)
  const names = new Set(imported.map(({ to }) => packageOf(to)).filter((name) => !name.startsWith('@fontsource')))
  const [sentence] = /^The page is built from [^;]*/m.exec(read('SECURITY.md'))!
  for (const name of names) expect(sentence).toContain(name.replace(/^@lucide\/.*/, 'lucide'))
  expect(dependenciesOf('uplot')).toEqual([])
  const below = allBelow('intl-messageformat')
  expect(below.filter((name) => name.startsWith('@formatjs/'))).toEqual(below)
  expect(below).toHaveLength(3)
})

test('no package runs a script when it is installed, but those that package.json names', () => {
  const scripted = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))
  expect([...new Set(scripted)].toSorted()).toEqual(Object.keys(allowScripts).toSorted())
})

test('of what ships only drivelist has such a script', () => {
  const shipped = Object.entries(packages).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev)
  expect(shipped.map(([path]) => path)).toEqual(['node_modules/drivelist'])
})

test('the set-up installs the project without scripts', () => {
  const installs = read('dev')
    .split('\n')
    .filter((line) => /npm (ci|install)/.test(line))
  const ofTheProject = installs.filter((line) => !line.includes('--prefix'))
  expect(ofTheProject.length).toBeGreaterThan(1)
  for (const line of ofTheProject) expect(line).toContain('--ignore-scripts')
})

test('what a workflow uses is named by its commit, with the version behind it: a tag can be moved', () => {
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => read(`.github/workflows/${name}`))
  const uses = workflows.flatMap((text) => text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line)))
  expect(uses.length).toBeGreaterThan(0)
  for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})
