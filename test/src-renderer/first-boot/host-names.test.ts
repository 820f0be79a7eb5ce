import { expect, test } from 'vitest'
import { HostNames } from '../../../src-renderer/first-boot/host-names.svelte.ts'
import { makeDrive } from '../drive/drives.ts'

const drive = makeDrive('/dev/sdb')
const nextOf = (pattern: string, written: string[]) => {
  const names = new HostNames(
    () => pattern,
    () => [drive],
    () => true,
  )
  names.forget(written)
  return names.textFor(drive)
}

test.each([
  ['node-{n}', [], 'node-1'],
  ['node-{n}', ['node-1', 'node-2', 'database', 'node-x', 'xnode-9', 'node-9x'], 'node-3'],
  ['node-{n}', ['node-10', 'node-9'], 'node-11'],
  ['n{n}1', ['n11'], 'n21'],
  ['n{n}.rack-{n}', ['n3.rack-3', 'n7.rack-8', 'n9-rack-9'], 'n4.rack-4'],
  ['(node-{n}', ['(node-1'], '(node-1'],
  ['node', ['node'], 'node'],
])('the number of %s continues after %j: %s', (pattern, written, next) => {
  expect(nextOf(pattern, written)).toBe(next)
})

test('a typed name gets the number of its drive, and counts only while its row has a field', () => {
  const other = makeDrive('/dev/sdc')
  let hasFields = true
  const names = new HostNames(
    () => 'node-{n}',
    () => [drive, other],
    () => hasFields,
  )
  names.set(other, 'db-{n}')
  expect([drive, other].map((each) => names.nameFor(each))).toEqual(['node-1', 'db-2'])
  expect(names.textFor(other)).toBe('db-{n}')
  names.set(other, 'data base')
  expect(names.isWrong(other)).toBe(true)
  hasFields = false
  expect(names.nameFor(other)).toBe('node-2')
  expect(names.wrong).toBe(false)
})
