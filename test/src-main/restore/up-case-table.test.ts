import { expect, test } from 'vitest'
import { makeUpCaseTable } from '../../../src-main/restore/up-case-table.ts'

/** TableChecksum of the recommended table, as the exFAT specification computes it. */
function sum(table: Buffer): number {
  return table.reduce((sum, byte) => (((sum & 1 ? 0x8000_0000 : 0) + (sum >>> 1) + byte) & 0xffff_ffff) >>> 0, 0)
}

test('the up-case table is the recommended one of the specification', () => {
  const table = makeUpCaseTable()
  expect(table.length).toBe(5836)
  expect(sum(table).toString(16)).toBe('e619d30d')
  expect(table.toString('utf16le', 0, 256)).toBe(
    [...Array(128).keys()].map((code) => String.fromCharCode(code).toUpperCase()).join(''),
  )
})
