import { describe, expect, test } from 'vitest'
import { editBootEntry } from '../../../src-main/first-boot/edit-boot-entry.ts'
import { editKargs, type KargChanges } from '../../../src-main/first-boot/edit-kargs.ts'

// The rows are the unit tests of coreos-installer, src/io/bls.rs.
describe('kernel arguments', () => {
  test.each<[string, KargChanges, string]>([
    ['foo bar foobar', { delete: ['foo'] }, 'bar foobar'],
    ['foo bar foobar', { delete: ['bar'] }, 'foo foobar'],
    ['foo bar foobar', { delete: ['foobar'] }, 'foo bar'],
    ['foo bar foobar', { delete: ['bar foobar'] }, 'foo'],
    ['foo bar foobar', { delete: ['nothing'] }, 'foo bar foobar'],
    ['foo foo foo bar', { delete: ['foo'] }, 'foo bar'],
    ['foo mitigations=auto,nosmt console=tty0 bar', { delete: ['mitigations=auto,nosmt', 'console=tty0'] }, 'foo bar'],
    ['foo bar', { append: [' baz '] }, 'foo bar baz'],
    ['foo bar', { append: ['bar', 'baz=$&'] }, 'foo bar bar baz=$&'],
    ['foo bar', { appendIfMissing: ['bar', 'ba', 'baz'] }, 'foo bar ba baz'],
    ['foo=bar foo=baz', { replace: ['foo=bar=$&'] }, 'foo=$& foo=baz'],
    ['foo=bar', { replace: ['foo=baz=x'] }, 'foo=bar'],
    ['foo', { delete: ['foo'] }, ''],
    ['a=1 b', { delete: ['b'], append: ['b', 'c'], appendIfMissing: ['c', 'd'], replace: ['a=1=2'] }, 'a=2 b c d'],
  ])('%s with %o are %s', (line, changes, edited) => {
    expect(editKargs(line, changes)).toBe(edited)
  })
})

describe('a boot loader entry', () => {
  test('keeps its other lines, without the blanks at their ends', () => {
    const entry = 'title x  \nversion 1\noptions  a b\nlinux /x\n'
    expect(editBootEntry(entry, { append: ['c'], delete: ['a'] })).toBe('title x\nversion 1\noptions b c\nlinux /x\n')
    expect(editBootEntry('options a', {})).toBe('options a\n')
  })

  test.each(['title x\n', '', 'options a\noptions b\n', 'options\ta\n'])(
    'is not edited unless exactly one line has arguments: %j',
    (entry) => expect(editBootEntry(entry, { append: ['b'] })).toBeNull(),
  )
})
