import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { isSoak, seed } from './tier.ts'

/**
 * Prints a summary at the end of a run: the slowest files, the skipped tests by reason,
 * and the line `N passed, N failed, N skipped`.
 */
export default class ClosingLines implements Reporter {
  onTestRunStart() {
    if (isSoak) console.log(seedLine)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const states = tests.map((test) => test.result().state)
    const count = (state: string) => states.filter((each) => each === state).length
    // A file that cannot be loaded, a failing hook and an error outside of any test also fail the
    // run.
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const otherFailures = suites.flatMap((suite) => suite.errors()).length + unhandled.length

    if (modules.length > 1) for (const line of slowestFiles(modules)) console.log(line)
    for (const [reason, names] of skippedByReason(tests))
      console.log([`skipped, ${names.length}: ${reason}`, ...names].join('\n  '))
    if (isSoak) console.log(seedLine)
    console.log(`${count('passed')} passed, ${count('failed') + otherFailures} failed, ${count('skipped')} skipped`)
  }
}

const seedLine = `seed ${seed}: ./dev test --soak --seed ${seed} repeats this run`

function slowestFiles(modules: readonly TestModule[]): string[] {
  const timed = modules.map((module) => {
    const { collectDuration, setupDuration, duration } = module.diagnostic()
    return { name: module.relativeModuleId, seconds: (collectDuration + setupDuration + duration) / 1000 }
  })
  const all = timed.reduce((sum, { seconds }) => sum + seconds, 0)
  const lines = timed
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, 10)
    .map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}`)
  return [`slowest files, of ${all.toFixed(0)} s in ${modules.length}:`, ...lines]
}

const nameOf = (test: TestCase) => `${test.module.relativeModuleId}: ${test.fullName}`

function skippedByReason(tests: readonly TestCase[]): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const test of tests) {
    const result = test.result()
    if (result.state !== 'skipped') continue
    const reason = result.note ?? reasonIn(test.fullName) ?? 'no reason given'
    names.set(reason, [...(names.get(reason) ?? []), nameOf(test)])
  }
  return names
}

/**
 * The reason in the name of a skipped test. If both a suite and its test name a reason, the suite's
 * comes first and is used.
 */
const reasonIn = (name: string): string | undefined =>
  /\(skipped: (.+)\)/.exec(name.split(' > ').find((part) => part.includes('(skipped: ')) ?? '')?.[1]
