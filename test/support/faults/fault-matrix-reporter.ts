import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import type { FaultRow } from './fault-matrix.ts'

export const matrixFile = resolve(import.meta.dirname, '../../../docs/fault-matrix.md')

const intro = `# The effect of every fault

The tests write this table from what they observe. \`UPDATE_MATRIX=1 ./dev test test/device test/cli\`
writes it again. A run of a test with a row here fails if it observes something else. \`N\`, \`X\` and
\`…\` stand for values that differ from run to run. [docs/reference.md](reference.md) explains the
exit codes and the drive's states.

<!-- prettier-ignore-start -->

`
const head = ['fault', 'what the person reads', 'exit', 'drive', 'test']

/**
 * Compares docs/fault-matrix.md with the rows of the tests that ran. With UPDATE_MATRIX=1 it writes
 * the rows to the file.
 */
export default class FaultMatrixReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]) {
    const found: string[] = []
    const ran: string[] = []
    for (const module of modules) {
      const tests = [...module.children.allTests()]
      for (const test of tests) {
        const name = `${module.relativeModuleId}: ${test.fullName}`
        if (test.result().state === 'passed') ran.push(`${name} |`)
        const faults: FaultRow[] = test.meta().faults ?? []
        if (test.result().state === 'passed')
          found.push(...faults.map(({ fault, words, exit, state }) => line([fault, words, exit, state ?? '', name])))
      }
      // If all tests of a file ran, any row of that file without a test belongs to a deleted test.
      if (tests.every((test) => test.result().state !== 'skipped')) ran.push(`${module.relativeModuleId}: `)
    }
    const old = readFileSync(matrixFile, 'utf8')
      .split('\n')
      .filter((text) => text.startsWith('| '))
      .slice(2)
    const isOfRun = (row: string) => ran.some((name) => lastCell(row).startsWith(name))
    if (process.env['UPDATE_MATRIX'] === '1') {
      const rows = [...old.filter((row) => !isOfRun(row)), ...found].toSorted((a, b) =>
        fileOf(a).localeCompare(fileOf(b)),
      )
      const table = [line(head), line(head.map(() => '---')), ...rows].join('\n')
      writeFileSync(matrixFile, `${intro}${table}\n\n<!-- prettier-ignore-end -->\n`)
      return
    }
    const [missing, gone] = [
      found.filter((row) => !old.includes(row)),
      old.filter((row) => isOfRun(row) && !found.includes(row)),
    ]
    if (missing.length + gone.length === 0) return
    console.log(
      [
        'docs/fault-matrix.md is not what the tests saw (UPDATE_MATRIX=1 writes it):',
        ...gone.map((row) => `- ${row}`),
        ...missing.map((row) => `+ ${row}`),
      ].join('\n'),
    )
    process.exitCode = 1
  }
}

const line = (cells: (string | number)[]) =>
  `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
/** Returns the test of a row. */
const lastCell = (row: string) => row.slice(row.lastIndexOf('| ', row.length - 3) + 2)
const fileOf = (row: string) => lastCell(row).split(':')[0]!
