import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findSyntaxError } from '../../../src-main/ignition/find-syntax-error.ts'
import { runs } from '../../support/run/tier.ts'

test.each([
  ['', 0],
  ['  ', 2],
  ['<!DOCTYPE html>', 0],
  ['{"a":1,}', 7],
  ['{"a" 1}', 5],
  ['{"a":tru}', 5],
  ['{a:1}', 1],
  ['[1,2', 4],
  ['[1 2]', 3],
  ['[01]', 2],
  ['[,1]', 1],
  ['{"a":1]', 6],
  ['{"a":"x', 7],
  ['{"a":"x\ny"}', 7],
  ['{"a":"\\q"}', 6],
  ['{} {}', 3],
  ['\ufeff{}', 0],
])('%j stops being JSON at %d', (text, offset) => expect(findSyntaxError(text)).toBe(offset))

test('a million escapes, or brackets, exhaust no stack', () => {
  expect(findSyntaxError(`"${'\\n'.repeat(1_000_000)}`)).toBe(2_000_001)
  expect(findSyntaxError('['.repeat(1_000_000))).toBe(1_000_000)
})

test('property: it finds an error when JSON.parse does, and only then', () => {
  const json = fc.json()
  const nearlyJson = fc
    .tuple(json, fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]:,"\\\n 01-.eEtx\u0000é'))
    .map(([text, at, removed, inserted]) => {
      const position = at % (text.length + 1)
      return text.slice(0, position) + inserted + text.slice(position + removed)
    })
  fc.assert(
    fc.property(fc.oneof(json, nearlyJson, fc.string()), (text) => {
      const offset = findSyntaxError(text)
      let parses = true
      try {
        JSON.parse(text)
      } catch {
        parses = false
      }
      expect(offset === null).toBe(parses)
      if (offset !== null) expect(offset).toBeLessThanOrEqual(text.length)
    }),
    runs(1000, 50000),
  )
})

test('property: the rest of the text after the error cannot mend it', () =>
  fc.assert(
    // `bad` is never a backslash: it would start an escape, which `rest` could complete.
    fc.property(fc.json(), fc.nat(), fc.constantFrom('}', ']', ',', ':', 'x'), fc.string(), (text, at, bad, rest) => {
      const broken = text.slice(0, at % text.length) + bad
      const offset = findSyntaxError(broken)
      fc.pre(offset !== null && offset < broken.length)
      expect(findSyntaxError(broken + rest)).toBe(offset)
    }),
  ))
