import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))
const path = /(?<![\w./-])(?:src-main|src-renderer|src-shared|test|docs|packaging|assets)\/[\w./*-]*[\w*]/g
/** File name endings that documents omit. */
const endings = ['', '.ts', '.svelte.ts', '.svelte', '.test.ts', '.system.test.ts']
/**
 * Whether a name stands for several files: it contains `*` or a name in capitals. The release keys
 * are exempt until the first release.
 */
const isPattern = (name: string) => /\*|\b[A-Z]{3,}\b/.test(name) || name.startsWith('assets/release-keys')

/** Whether a path exists. A document may refer to a decision by its number. */
function exists(name: string): boolean {
  const [, number] = /^docs\/decisions\/(\d{4})$/.exec(name) ?? []
  if (number !== undefined) return documents.some((document) => document.startsWith(`docs/decisions/${number}-`))
  return endings.some((ending) => existsSync(join(root, name + ending)))
}

test('every path that a document names exists', () => {
  const missing = documents.flatMap((document) => {
    const paths = readFileSync(join(root, document), 'utf8').match(path) ?? []
    return paths.filter((each) => !isPattern(each) && !exists(each)).map((each) => `${document}: ${each}`)
  })
  expect(documents.length).toBeGreaterThan(25)
  expect(missing).toEqual([])
})
