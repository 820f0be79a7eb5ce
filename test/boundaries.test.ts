import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findBreaches } from './support/sources/find-breaches.ts'
import { packageOf, readImports, readImportsOfFile } from './support/sources/read-imports.ts'
import { makeTemporaryDirectory } from './support/files/temporary.ts'

const root = resolve(import.meta.dirname, '..')
const shipped = ['src-main', 'src-renderer', 'src-shared']
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const described = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

describe('who may import whom', () => {
  test('every import of the sources keeps to the boundaries', () => {
    const imports = readImports(root, shipped)
    expect(imports.length).toBeGreaterThan(50)
    expect(findBreaches(imports)).toEqual([])
  })

  test('every breach in a sample is found, and what is allowed is not', async () => {
    const sample = await makeTemporaryDirectory()
    try {
      const files = {
        'src-shared/a.ts': `import { z } from 'zod'\nimport './b.ts'\nimport type { Stats } from 'node:fs'`,
        'src-shared/b.ts': `export * from '../src-main/a.ts'\nconst undici = import('undici')`,
        'src-main/a.ts': `import { app } from 'electron'\nimport { x } from './hosts/cli/main.ts'\nimport '../src-shared/a.ts'`,
        'src-main/hosts/cli/main.ts': `import '../../a.ts'\nimport '../../../src-renderer/a.ts'\nimport '../../../test/x.ts'`,
        'src-main/hosts/electron/main.ts': `import { app } from 'electron'\nimport '../../a.ts'`,
        'src-renderer/a.ts': `import fs from 'fs'\nimport '../src-shared/a.ts'`,
        'src-renderer/App.svelte': `<script module>import 'electron'</script>\n<script lang="ts">\nimport '../src-main/a.ts'\n</script>`,
      }
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(sample.file(path)), { recursive: true })
        await writeFile(sample.file(path), text)
      }
      const found = findBreaches(readImports(sample.path, shipped)).map((line) => line.replace(/:[^:]*$/, ''))
      expect(found.toSorted()).toEqual([
        'src-main/a.ts imports electron',
        'src-main/a.ts imports src-main/hosts/cli/main.ts',
        'src-main/hosts/cli/main.ts imports src-renderer/a.ts',
        'src-main/hosts/cli/main.ts imports test/x.ts',
        'src-renderer/App.svelte imports electron',
        'src-renderer/App.svelte imports src-main/a.ts',
        'src-renderer/a.ts imports fs',
        'src-shared/a.ts imports node:fs',
        'src-shared/b.ts imports src-main/a.ts',
        'src-shared/b.ts imports undici',
      ])
    } finally {
      await sample.dispose()
    }
  })
})

describe.each(['src-main', 'src-renderer'])('folders of %s', (part) => {
  const folders = readImports(root, [part])
    .filter((each) => !each.isPackage && each.to.startsWith(`${part}/`))
    .map(({ from, to }) => [dirname(from), dirname(to)] as const)
  const contains = (outer: string, inner: string) => `${inner}/`.startsWith(`${outer}/`)

  // A folder and one inside of it are one part of the program: they may.
  test('no two of them import one another', () => {
    const arrows = new Set(folders.map(([from, to]) => `${from} → ${to}`))
    const back = folders.filter(
      ([from, to]) => !contains(from, to) && !contains(to, from) && arrows.has(`${to} → ${from}`),
    )
    expect(arrows.size).toBeGreaterThan(50)
    expect([...new Set(back.map(([from, to]) => `${from} ⇄ ${to}`))]).toEqual([])
  })
})

describe('package.json', () => {
  const packagesOf = (imports: { to: string; isPackage: boolean }[]) =>
    new Set(imports.filter((each) => each.isPackage && !isBuiltin(each.to)).map((each) => packageOf(each.to)))
  const configs = readdirSync(root).filter((name) => name.endsWith('.config.ts'))
  const everything = packagesOf([
    ...readImports(root, [...shipped, 'packaging', 'test']),
    ...configs.flatMap((name) => readImportsOfFile(root, name)),
  ])

  test('depends at run time on what src-main and src-shared import, and on nothing else', () => {
    const needed = packagesOf(readImports(root, ['src-main', 'src-shared']))
    needed.delete('electron')
    expect(Object.keys(described.dependencies)).toEqual([...needed].toSorted())
  })

  test('names every package that a file imports', () => {
    const declared = { ...described.dependencies, ...described.devDependencies }
    expect([...everything].filter((name) => !(name in declared))).toEqual([])
  })

  test('has no development package that is neither imported, nor run, nor named in a configuration', () => {
    const commands = [...Object.values(described.scripts), read('dev')].join('\n').split(/[^\w-]+/)
    const named = JSON.stringify([JSON.parse(read('tsconfig.json')), JSON.parse(read('.prettierrc.json'))])
    const isUsed = (name: string) =>
      everything.has(name) ||
      binsOf(name).some((bin) => commands.includes(bin)) ||
      named.includes(`"${name.replace('@types/', '')}`)
    expect(Object.keys(described.devDependencies).filter((name) => !isUsed(name))).toEqual([])
  })

  test('has a lockfile that names no place that packages come from', () => {
    expect(read('package-lock.json')).not.toContain('"resolved":')
  })

  // npm writes a lockfile without optional packages that it could not download. `npm ci` then
  // rejects that lockfile.
  test('has a lockfile with the optional packages of every platform', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const locked = Object.keys(packages)
    const optional = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}))
    expect(optional.filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([])
  })

  function binsOf(name: string): string[] {
    const { bin = {} } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
      bin?: string | Record<string, string>
    }
    return typeof bin === 'string' ? [packageOf(name)] : Object.keys(bin)
  }
})
