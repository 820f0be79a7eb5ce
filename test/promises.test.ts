import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, resolve } from 'node:path'
import { expect, test } from 'vitest'

// Checks for promises of the documents that depend only on the sources.
const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const withoutComments = (text: string) => text.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')

/**
 * Returns everything that a file loads, directly or indirectly, as project paths and packages.
 * Type-only imports are excluded.
 */
function loadedBy(from: string, found = new Set<string>()): Set<string> {
  found.add(from)
  const text = withoutComments(read(from))
  const names = [
    ...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?from\s+)?'([^']+)'/gm),
    ...text.matchAll(/(?<![.\w])import\('([^']+)'\)/g),
  ].map((match) => match[1]!)
  for (const name of names) {
    const path = name.startsWith('.') ? normalize(join(dirname(from), name)) : name
    // A module with a query is compiled or built in another way.
    if (!name.startsWith('.') || name.includes('?')) found.add(path)
    else if (!found.has(path)) loadedBy(path, found)
  }
  return found
}

test('the helper with more rights loads nothing that downloads, decompresses or reads an image', () => {
  const loaded = [...loadedBy('src-main/privileged/main.ts')]
  const folders = ['drives', 'files', 'memory', 'privileged', 'write'].map((name) => `src-main/${name}/`)
  const own = loaded.filter((name) => name.startsWith('src-main/') && name.split('/').length > 2)
  expect(own.length).toBeGreaterThan(20)
  expect(own.filter((name) => !folders.some((folder) => name.startsWith(folder)))).toEqual([])
  const packages = loaded.filter((name) => !name.startsWith('src-') && !name.startsWith('node:'))
  expect(packages.toSorted()).toEqual(['drivelist', 'drivelist/js/lsblk/json.js', 'zod'])
  expect(loaded.filter((name) => /^node:(https?|http2|tls|dgram|dns|zlib|vm)$|src-main\/net\//.test(name))).toEqual([])
})

test('a decoder thread loads no schemas', () => {
  const loaded = [...loadedBy('src-main/image/decode/thread/decode-worker.ts')]
  expect(loaded).toContain('src-shared/failure.ts')
  expect(loaded).not.toContain('zod')
})

test('the core names no server but those of Fedora and of a public collection of keys', () => {
  const files = readdirSync(join(root, 'src-main'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => join('src-main', path))
  const named = files.flatMap((path) =>
    [...withoutComments(read(path)).matchAll(/https?:\/\/([\w-]+(?:\.[\w-]+)+)/g)].map((match) => match[1]!),
  )
  expect([...new Set(named)].toSorted()).toEqual([
    'builds.coreos.fedoraproject.org',
    // A link in the window, which the browser opens.
    'docs.fedoraproject.org',
    'fedoraproject.org',
    'raw.githubusercontent.com',
  ])
})
