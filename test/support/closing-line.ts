import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Ends a run with every skipped test and its reason, every test that passed only when it was run again, and the line `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const states = tests.map((test) => test.result().state)
    const count = (state: string) => states.filter((each) => each === state).length
    // A file that cannot be loaded, a hook that fails and an error outside of any test fail the run, too.
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const otherFailures = suites.flatMap((suite) => suite.errors()).length + unhandled.length

    for (const [reason, names] of skippedByReason(tests)) console.log([`skipped: ${reason}`, ...names].join('\n  '))
    for (const test of tests.filter((each) => each.diagnostic()?.flaky))
      console.log(`passed only when it was run again: ${test.module.relativeModuleId}: ${test.fullName}`)
    console.log(`${count('passed')} passed, ${count('failed') + otherFailures} failed, ${count('skipped')} skipped`)
  }
}

function skippedByReason(tests: readonly TestCase[]): Map<string, string[]> {
  const names = new Map<string, string[]>()
  for (const test of tests) {
    const result = test.result()
    if (result.state !== 'skipped') continue
    const reason = result.note ?? /\(skipped: (.+)\)/.exec(test.fullName)?.[1] ?? 'no reason given'
    names.set(reason, [...(names.get(reason) ?? []), `${test.module.relativeModuleId}: ${test.fullName}`])
  }
  return names
}
