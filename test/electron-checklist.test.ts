import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/electron-checklist.md')
const rows = page
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

/** The topics of Electron's checklist, in its order (docs/tutorial/security.md of Electron 45). */
const items = [
  /secure content/,
  /Node\.js integration/,
  /Context isolation/,
  /sandboxing/,
  /permission/,
  /webSecurity/,
  /content security policy/,
  /allowRunningInsecureContent/,
  /experimental/,
  /enableBlinkFeatures/,
  /allowpopups/,
  /webview.*options/,
  /Navigation/,
  /windows/,
  /openExternal/,
  /current version/,
  /sender/,
  /file:\/\//,
  /Fuses/,
  /Electron APIs/,
]

/** Returns the tests named in a text. Each name in “” belongs to the preceding file in ``. */
function testsNamedIn(text: string): { file: string; name: string }[] {
  let file = ''
  return [...text.matchAll(/`([\w-]+\.test\.ts)`|“([^”]+)”/g)].flatMap(([, path, name]) => {
    if (path) file = path
    return name === undefined ? [] : [{ file, name: name.replaceAll(/\s+/g, ' ') }]
  })
}

const sourceOf = (file: string) => read(file === 'electron-checklist.test.ts' ? `test/${file}` : `test/app/${file}`)

test('the table has every item of the list, in order', () => {
  expect(rows.map(([, number]) => number)).toEqual(items.map((_, index) => String(index + 1)))
  rows.forEach(([, , item], index) => expect(item).toMatch(items[index]!))
})

test('every item says how it holds, and names a test or a reason', () => {
  for (const [, number, , how, proof] of rows) {
    expect(how, number).not.toBe('')
    expect(testsNamedIn(proof!).length > 0 || /^Reason: \w.{20}/.test(proof!), number).toBe(true)
  }
})

test('every test that the page names exists', () => {
  const named = testsNamedIn(page)
  expect(named.length).toBeGreaterThan(items.length)
  const titles = named.filter(({ file, name }) => !sourceOf(file).includes(`'${name}'`))
  expect(titles).toEqual([])
})

test('the fuses are set to the safe side', () => {
  const [, section] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(read('electron-builder.yml'))!
  const fuses = Object.fromEntries(
    [...section!.matchAll(/^ {2}(\w+): (true|false)/gm)].map(([, name, value]) => [name, value]),
  )
  expect(fuses).toMatchObject({
    // The command line and the privileged helper are started this way (docs/decisions/0012).
    runAsNode: 'true',
    enableCookieEncryption: 'true',
    enableNodeOptionsEnvironmentVariable: 'false',
    enableNodeCliInspectArguments: 'false',
    enableEmbeddedAsarIntegrityValidation: 'true',
    onlyLoadAppFromAsar: 'true',
    loadBrowserProcessSpecificV8Snapshot: 'false',
    grantFileProtocolExtraPrivileges: 'false',
  })
})
