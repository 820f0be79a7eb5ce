import { describe, expect, test } from 'vitest'
import { checkLabel } from '../../../src-main/restore/check-label.ts'

describe('a label', () => {
  test('of FAT32 is in upper case, that of exFAT as it was given', () => {
    expect(checkLabel('my stick-1', 'fat32')).toBe('MY STICK-1')
    expect(checkLabel('Флешка №1', 'exfat')).toBe('Флешка №1')
    expect(checkLabel('', 'fat32')).toBe('')
  })

  test.for([
    ['A.B', 'fat32', 'The label A.B has ., which FAT32 does not allow'],
    ['Флешка', 'fat32', 'The label Флешка has Ф, which FAT32 does not allow'],
    ['A\u0001', 'fat32', 'has \u0001, which FAT32'],
    ['A:B', 'exfat', 'The label A:B has :, which exFAT does not allow'],
    ['A\ud800', 'exfat', 'which exFAT does not allow'],
    ['TWELVE-CHARS', 'fat32', 'The label TWELVE-CHARS is too long: 11 characters are possible'],
    ['twelve chars', 'exfat', 'too long'],
    [' A', 'fat32', 'begins or ends with a space'],
  ] as const)('%j is refused on %s, with words', ([label, fileSystem, words]) => {
    expect(() => checkLabel(label, fileSystem)).toThrow(words)
  })
})
