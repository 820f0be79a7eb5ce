import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const sources = ['src-main', 'src-renderer', 'src-shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name))
    .map((name) => join(folder, name)),
)

test('no two exported types share a name', () => {
  const places = new Map<string, string[]>()
  for (const file of sources)
    for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(
      /^\s*export (?:declare |abstract )*(?:interface|type|class|enum) (\w+)/gm,
    ))
      places.set(name!, [...(places.get(name!) ?? []), file])
  expect(places.size).toBeGreaterThan(300)
  expect([...places].filter(([, files]) => files.length > 1)).toEqual([])
})
