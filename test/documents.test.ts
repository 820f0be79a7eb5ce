import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCommands } from '../packaging/command-facts.ts'
import { flagNames } from '../src-main/hosts/cli/settings.ts'
import { driveState } from '../src-shared/drive-state.ts'
import { failureCatalog, type FailureCode } from '../src-shared/failure-catalog.ts'
import { phases } from '../src-shared/phase.ts'
import { exitCodeOf } from '../src-shared/failure.ts'

const root = resolve(import.meta.dirname, '..')
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))
const read = (name: string) => readFileSync(join(root, name), 'utf8')
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
    const paths = read(document).match(path) ?? []
    return paths.filter((each) => !isPattern(each) && !exists(each)).map((each) => `${document}: ${each}`)
  })
  expect(documents.length).toBeGreaterThan(25)
  expect(missing).toEqual([])
})

test('ARCHITECTURE.md lists every folder of the sources, and no other', () => {
  const sources = ['src-shared', 'src-main', 'src-renderer']
  const folders = sources.flatMap((source) =>
    readdirSync(join(root, source), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${source}/${name}/`),
  )
  const listed = [...read('ARCHITECTURE.md').matchAll(/^ +- `(src-[\w/-]+)`:/gm)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(folders.toSorted())
})

test('every file that ARCHITECTURE.md names without its folder exists', () => {
  const files = ['src-main', 'src-renderer', 'src-shared', 'packaging']
    .flatMap((source) => readdirSync(join(root, source), { recursive: true, encoding: 'utf8' }))
    .map((name) => `/${name.split('.')[0]}`)
  const named = [...read('ARCHITECTURE.md').matchAll(/`((?:[a-z]+\/)*[a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(50)
  expect(named.filter((name) => !files.some((file) => file.endsWith(`/${name}`)))).toEqual([])
})

test('every decision has its number, status, context, decision and consequences', () => {
  const decisions = documents.filter((document) => document.startsWith('docs/decisions/')).toSorted()
  decisions.forEach((document, index) => {
    const text = read(document)
    expect(document).toContain(`/${String(index + 1).padStart(4, '0')}-`)
    expect(text).toMatch(new RegExp(`^# ${index + 1}\\. `))
    const parts = [...text.matchAll(/^\*\*(Status|Context|Decision|Consequences|Measured)\.\*\*/gm)].map(
      ([, part]) => part,
    )
    expect(
      parts.filter((part) => part !== 'Measured'),
      document,
    ).toEqual(['Status', 'Context', 'Decision', 'Consequences'])
  })
})

test('the README is short', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(121)
})

/** Returns the code of a document: the spans in backticks and the indented lines. */
function codeIn(document: string): string[] {
  const text = read(document).replaceAll('\\|', '|')
  const spans = [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!.replaceAll(/\s+/g, ' '))
  return [...spans, ...text.split('\n').filter((line) => line.startsWith('    '))]
}

/** Returns the calls of a program: its first argument, if it is a word, and its options. */
function callsOf(program: string): { document: string; command: string; options: string[] }[] {
  const call = new RegExp(String.raw`(?:^|[\s$])${program} ([a-z][\w-]*)(?![\w:])([^#]*)`)
  return documents.flatMap((document) =>
    codeIn(document).flatMap((code) => {
      const [, command, rest] = call.exec(code) ?? []
      if (command === undefined) return []
      return [{ document, command, options: [...rest!.matchAll(/(?<=[\s[(])--?[a-z][\w-]*/gi)].map(String) }]
    }),
  )
}

const { program, commands } = readCommands()

describe('commands that documents name', () => {
  test('each command of ./dev is in its usage, with its options', () => {
    const [, usage] = /<<'USAGE'\n(.*?)\nUSAGE/s.exec(read('dev'))!
    const entries = usage!.split(/\n(?= {2}\w)/).slice(1)
    const optionsOf = (name: string): string[] => {
      const own = entries.filter((entry) => entry.startsWith(`  ${name} `))
      const texts = name === 'bench' ? [...own, read('test/bench/options.ts')] : own
      return texts.join('\n').match(/--[a-z][\w-]*/g) ?? []
    }
    const known = new Set(entries.map((entry) => /[\w-]+/.exec(entry)![0]))
    const calls = callsOf(String.raw`\./dev`).filter(({ command }) => command !== 'kindling')
    expect(calls.length).toBeGreaterThan(40)
    expect(calls.filter(({ command }) => !known.has(command))).toEqual([])
    const options = calls.flatMap(({ document, command, options: given }) =>
      given
        .filter((option) => !optionsOf(command).includes(option))
        .map((option) => `${document}: ${command} ${option}`),
    )
    expect(options).toEqual([])
  })

  test('each command of kindling exists, with its options', () => {
    const calls = callsOf('kindling')
    expect(calls.length).toBeGreaterThan(40)
    const unknown = calls.flatMap(({ document, command, options }) => {
      const facts = commands.find(({ name }) => name === command)
      const known = facts?.options.flatMap(({ short, long }) => [short, long]) ?? []
      return [
        ...(facts ? [] : [`${document}: ${command}`]),
        ...options.filter((option) => !known.includes(option)).map((option) => `${document}: ${command} ${option}`),
      ]
    })
    expect(unknown).toEqual([])
  })

  test('each script of npm is in package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const own = new Set(['audit', 'ci', 'outdated', 'sbom'])
    const names = documents.flatMap((document) =>
      codeIn(document).flatMap((code) =>
        [...code.matchAll(/\bnpm (?:run )?([a-z][\w-]*)/g)].map(([, name]) => ({ document, name: name! })),
      ),
    )
    expect(names.length).toBeGreaterThan(3)
    expect(names.filter(({ name }) => !(name in scripts) && !own.has(name))).toEqual([])
  })
})

/** Returns the first cells of the tables of a section, without their backticks. */
function firstCells(document: string, heading: string): string[] {
  return rowsOf(document, heading).map(([cell]) => cell!)
}

function rowsOf(document: string, heading: string): string[][] {
  const section = read(document)
    .split(/^(?=##+ )/m)
    .find((each) => each.startsWith(`${heading}\n`))
  return (section ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .replaceAll('\\|', '¦')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '').replaceAll('¦', '|')),
    )
}

describe('docs/cli.md', () => {
  const document = 'docs/cli.md'
  const shared = firstCells(document, '## Options of every command')
  const ofImage = firstCells(document, '## Options of the image')

  test('has a section for each command, and no other', () => {
    const sections = [...read(document).matchAll(/^## kindling ([a-z]+)$/gm)].map(([, name]) => name)
    expect(sections).toEqual(commands.map(({ name }) => name))
  })

  test.for(commands)('lists each option of $name, and no other', ({ name, options }) => {
    const section = read(document).split(`\n## kindling ${name}\n`)[1]!.split('\n## ')[0]!
    const image = /Takes the\s\[options of the image\]/.test(section) ? ofImage : []
    const listed = [...firstCells(document, `## kindling ${name}`), ...image, ...shared]
    expect(listed.toSorted()).toEqual(options.map(({ flags }) => flags).toSorted())
  })

  test('lists each option of the program itself, and no other', () => {
    const listed = [...firstCells(document, '## kindling'), ...shared].filter((flags) => flags !== '--json')
    expect(listed.toSorted()).toEqual(program.options.map(({ flags }) => flags).toSorted())
  })

  test('states each default, but for those of this machine', () => {
    const defaults = commands.flatMap(({ name, options }) =>
      options.flatMap(({ flags, long, standard }) =>
        standard === null || long === '--architecture' || standard === '.' ? [] : [{ name, flags, standard }],
      ),
    )
    expect(defaults.length).toBeGreaterThan(6)
    for (const { name, flags, standard } of defaults) {
      const row = [...rowsOf(document, `## kindling ${name}`), ...rowsOf(document, '## Options of the image')].find(
        ([cell]) => cell === flags,
      )
      expect(row![1], `${name} ${flags}`).toContain(`${standard} by default`)
    }
  })
})

describe('docs/reference.md', () => {
  const document = 'docs/reference.md'
  const failureCodes = Object.keys(failureCatalog) as FailureCode[]
  const exits = failureCodes.map(exitCodeOf)

  test('lists each setting, and no other', () => {
    expect(firstCells(document, '## Settings')).toEqual(flagNames)
  })

  test('lists each variable of Kindling that the core reads, and no other', () => {
    const own = /\bKINDLING_\w+/g
    const listed = firstCells(document, '## Environment variables').flatMap((cell) => cell.match(own) ?? [])
    expect(listed.toSorted()).toEqual([...new Set(read('src-main/create-ports.ts').match(own))].toSorted())
  })

  test('lists each state of a drive, and no other', () => {
    expect(firstCells(document, '## Drive states')).toEqual(driveState.options)
  })

  test('lists the phases in their order, and no other', () => {
    expect(firstCells(document, '## Phases and proofs')).toEqual(phases)
  })

  test('lists each exit code, and no other', () => {
    const codes = [...new Set([0, ...exits])].toSorted((a, b) => a - b)
    expect(firstCells(document, '## Exit codes')).toEqual(codes.map(String))
  })

  test('lists each failure with its exit code, and no other', () => {
    const [, failures] = /\n## Failures\n(.*?)\n## /s.exec(read(document))!
    const rows = [...failures!.matchAll(/^\| `([\w-]+)` +\| (\d+) +\|/gm)].map(([, code, exit]) => [code, Number(exit)])
    const known = failureCodes.map((code) => [code, exitCodeOf(code)])
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(known))
    expect(rows.length).toBe(known.length)
  })
})
