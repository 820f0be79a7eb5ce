import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readReleaseNotes } from '../../packaging/release-notes.ts'

const changelog =
  '# Changelog\n\n## Unreleased\n\n- New.\n\n## 1.1.0, 2026-12-01\n\nSecond.\n\n- More.\n\n## 1.0.0\n\n- First.\n'

test('the notes of a release are its part of the changelog', () => {
  expect(readReleaseNotes(changelog, '1.1.0')).toBe('Second.\n\n- More.\n')
  expect(readReleaseNotes(changelog, '1.0.0')).toBe('- First.\n')
  expect(readReleaseNotes(changelog, null)).toBe('- New.\n')
})

test('a version that the changelog does not tell of has no notes', () => {
  expect(() => readReleaseNotes(changelog, '1.2.0')).toThrow('CHANGELOG.md says nothing of 1.2.0')
  expect(() => readReleaseNotes('# Changelog\n\n## Unreleased\n', null)).toThrow('nothing of Unreleased')
})

test('the project’s own changelog has notes for what comes', () => {
  expect(readReleaseNotes(readFileSync('CHANGELOG.md', 'utf8'), null).length).toBeGreaterThan(100)
})
