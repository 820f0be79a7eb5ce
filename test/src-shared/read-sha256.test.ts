import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSha256, readSumLine } from '../../src-shared/read-sha256.ts'
import { groupHash } from '../../src-shared/units.ts'

const digest = (name: string, encoding: 'hex' | 'base64' = 'hex') =>
  createHash(name).update('an image').digest(encoding)
const sha256 = digest('sha256')

describe('a sha256 is read from', () => {
  test.each([
    ['its digits', sha256],
    ['digits with blanks around them', `\t ${sha256} \n`],
    ['upper-case digits', sha256.toUpperCase()],
    ['digits after sha256:', `sha256:${sha256}`],
    ['digits after SHA256: and a blank', `SHA256: ${sha256}`],
    ['digits after sha256-', `sha256-${sha256}`],
    ['base64 after sha256-', `sha256-${digest('sha256', 'base64')}`],
    ['a line of sha256sum', `${sha256}  image.raw.xz`],
    ['a line of sha256sum --binary', `${sha256} *image.raw.xz\r\n`],
    ['a line of sha256sum about a name with a backslash', `\\${sha256}  a\\\\b`],
    ['a line of sha256sum --tag', `SHA256 (image (1).raw.xz) = ${sha256}`],
    ['a line of openssl', `SHA2-256(image.raw.xz)= ${sha256}`],
    ['a line whose name is the sum', `${sha256}  ${sha256}.raw.xz`],
    ['the groups of a receipt', groupHash(sha256)],
    ['a whole row of a receipt', `  sha256        ${groupHash(sha256)} (as the stream publishes)`],
  ])('%s', (_, text) => {
    expect(readSha256(text)).toEqual({ sha256 })
  })
})

describe('a hash of another kind is called by its name', () => {
  test.each([
    ['MD5', digest('md5')],
    ['MD5', `MD5 (image.raw.xz) = ${digest('md5')}`],
    ['SHA-1', digest('sha1').toUpperCase()],
    ['SHA-224', digest('sha224')],
    ['SHA-384', `sha384-${digest('sha384', 'base64')}`],
    ['SHA-512', digest('sha512')],
    ['SHA-512', `sha512:${digest('sha512')}`],
    ['SHA-512', `sha512-${digest('sha512', 'base64')}`],
    ['SHA-512', `${digest('sha512')}  image.raw.xz`],
    ['SHA-512', groupHash(digest('sha512'))],
  ])('%s: %s', (otherHash, text) => {
    expect(readSha256(text)).toEqual({ sha256: null, otherHash })
  })
})

describe('no hash is read from', () => {
  test.each([
    ['nothing', ''],
    ['a word', 'hash'],
    ['a digit too few', sha256.slice(1)],
    ['a digit too many', `${sha256}0`],
    ['a digit that is none', `g${sha256.slice(1)}`],
    ['two lines that were joined', `${sha256}  a.raw.xz ${'1'.repeat(64)}  b.raw.xz`],
    ['a sum of SHA3-256', `SHA3-256 (image.raw.xz) = ${sha256}`],
    ['64 digits after sha512:', `sha512:${sha256}`],
    ['base64 of another length', 'sha256-QUJD'],
    ['an address', `https://example.org/${sha256}`],
  ])('%s', (_, text) => {
    expect(readSha256(text)).toEqual({ sha256: null, otherHash: null })
  })
})

describe('a line of a list of sums', () => {
  test.each([
    ['its own form', `${sha256}  ./a b.raw`, './a b.raw'],
    ['binary', `${sha256} *a`, 'a'],
    ['escaped', `\\${sha256}  a\\\\\\nb`, 'a\\\nb'],
    ['not escaped', `${sha256}  a\\nb`, 'a\\nb'],
    ['BSD’s form', `SHA256 (a) = b) = ${sha256}`, 'a) = b'],
  ])('%s', (_, line, name) => {
    expect(readSumLine(line)).toEqual({ hash: 'SHA-256', digits: sha256, name })
  })

  test.each([['# a comment'], ['0'.repeat(33) + '  a'], [''], [sha256], [`${sha256} a`], ['Hash: SHA256']])(
    '%j is none',
    (line) => {
      expect(readSumLine(line)).toBeNull()
    },
  )
})
