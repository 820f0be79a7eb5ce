import { existsSync, readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

// The workflow has never run. All that can be checked here is that the things it names exist.
const workflow = readFileSync('.github/workflows/release.yml', 'utf8')

test('the release workflow runs commands that ./dev has', () => {
  const usage = execFileSync('./dev', ['--help'], { encoding: 'utf8' })
  const commands = [...workflow.matchAll(/\.\/dev ([\w-]+)/g)].map((match) => match[1]!)
  expect(new Set(commands)).toEqual(new Set(['check', 'test', 'test-package', 'package', 'notes']))
  for (const command of commands) expect(usage).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
})

test('the release workflow names files that exist', () => {
  const paths = [...workflow.matchAll(/\b(?:test|node_modules|packaging)\/[\w./-]+/g)].map(([path]) => path)
  expect(paths.length).toBeGreaterThan(3)
  expect(paths.filter((path) => !existsSync(path))).toEqual([])
})

test('the release workflow gives each job no more than it needs', () => {
  expect(workflow).toMatch(/^permissions:\n {2}contents: read\n/m)
  expect(workflow.match(/contents: write/g)).toHaveLength(1)
})

test('the release workflow tells of a new version only what is signed, and signs no more than the sums', () => {
  expect(workflow).toContain(
    'if [ -n "$RELEASE_SIGNING_KEY" ]; then packaging/sign-sums packages; else rm -f packages/*.yml; fi',
  )
  expect(workflow.match(/secrets\.RELEASE_SIGNING_KEY/g)).toHaveLength(1)
})
