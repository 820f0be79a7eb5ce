import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planSources } from '../../../../src-main/image/plan-source.ts'
import type { SourceSpec } from '../../../../src-shared/job.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { startMirror, type Mirror } from '../../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'
import { saying } from '../../../support/expect/saying.ts'

const [first, second] = ['1'.repeat(64), '2'.repeat(64)]

let directory: TemporaryDirectory
let testPorts: TestPorts
let mirror: Mirror
beforeAll(async () => {
  ;[directory, testPorts, mirror] = await Promise.all([makeTemporaryDirectory(), makeTestPorts(), startMirror()])
  await writeFile(directory.file('x.raw.xz'), 'an image')
})
afterAll(() => Promise.all([directory.dispose(), testPorts.dispose(), mirror.close()]))

async function plan(list: string | Uint8Array, spec: Partial<SourceSpec> = {}) {
  const checksumFile = directory.file('SHA256SUMS')
  await writeFile(checksumFile, list)
  const image = { kind: 'file' as const, path: directory.file('x.raw.xz') }
  const { signal } = new AbortController()
  const [planned] = await planSources(testPorts.ports, { image, checksumFile, ...spec }, signal)
  return planned!
}

describe('a list of sums gives the sum of the image’s file name', () => {
  test.each([
    ['sha256sum’s form', `${second}  a.raw.xz\n${first}  x.raw.xz\n`],
    ['binary', `${first} *x.raw.xz\n`],
    ['BSD’s form among comments', `# x.raw.xz: 8 bytes\nSHA256 (x.raw.xz) = ${first}\n`],
    ['CRLF', `${second}  a.raw.xz\r\n${first}  x.raw.xz\r\n`],
    ['a line without its end', `${first}  x.raw.xz`],
    ['./ before the name', `${first}  ./x.raw.xz\n`],
    ['a folder before the name', `${first}  x86_64/images/x.raw.xz\n`],
    ['the same sum twice', `${first}  x.raw.xz\n${first.toUpperCase()}  ./x.raw.xz\n`],
    ['other hashes beside it', `MD5 (x.raw.xz) = ${'3'.repeat(32)}\nSHA256 (x.raw.xz) = ${first}\n`],
    ['a mark of UTF-8 at its start', `\ufeff${first}  x.raw.xz\n`],
  ])('in %s', async (_, list) => {
    const { sha256, checksumFile } = await plan(list)
    expect(sha256).toEqual({ value: first, from: 'person' })
    expect(checksumFile).toEqual({ location: directory.file('SHA256SUMS'), signature: null })
  })

  test('of a link or of its target', async () => {
    await symlink('x.raw.xz', directory.file('latest.raw.xz'))
    const image = { kind: 'file' as const, path: directory.file('latest.raw.xz') }
    expect((await plan(`${first}  x.raw.xz\n`, { image })).sha256?.value).toBe(first)
    const both = `${second}  x.raw.xz\n${first}  latest.raw.xz\n`
    expect((await plan(both, { image })).sha256?.value).toBe(first)
  })

  test('of an address, from an address', async () => {
    const image = { kind: 'url' as const, url: `${mirror.url}images/x%20y.raw.xz?token=1` }
    const checksumFile = await mirror.put('images/SHA256SUMS', `${first}  x y.raw.xz\n`)
    expect(await plan('', { image, checksumFile })).toMatchObject({
      sha256: { value: first },
      checksumFile: { location: checksumFile },
    })
  })

  test('which must be the one that was given as well', async () => {
    expect((await plan(`${first}  x.raw.xz\n`, { sha256: first })).sha256?.value).toBe(first)
    expect(await failureOf(plan(`${first}  x.raw.xz\n`, { sha256: second }))).toMatchObject({
      code: 'sha256-mismatch',
      details: { expected: second, actual: first },
    })
  })
})

describe('a list of sums is refused', () => {
  test.each([
    ['with two sums of the image', `${first}  x.raw.xz\n${second}  ./x.raw.xz\n`, 'checksums-differ', ''],
    ['without the image', `${first}  a\n${second}  b\n`, 'checksum-missing', 'its 2 files'],
    ['with a longer name alone', `${first}  x.raw.xz.sig\n`, 'checksum-missing', 'its 1 file;'],
    ['that is empty', '', 'checksum-missing', 'its 0 files'],
    ['of another hash', `${first}${second}  x.raw.xz\n`, 'checksum-missing', 'SHA-512'],
    ['that is not text', Buffer.from([0xff, 0xfe, 0]), 'checksum-file-unreadable', 'UTF-8'],
    ['that is larger than a mebibyte', Buffer.alloc(1024 * 1024 + 1, '#'), 'checksum-file-unreadable', '1048576'],
  ])('%s', async (_, list, code, reason) => {
    expect(await failureOf(plan(list))).toMatchObject({
      code,
      details: {
        list: directory.file('SHA256SUMS'),
        ...(reason !== '' && { reason: saying(reason) }),
      },
    })
  })

  test('that is not there, or a directory', async () => {
    expect(await failureOf(plan('', { checksumFile: directory.file('none') }))).toMatchObject({
      code: 'checksum-file-unreadable',
    })
    expect(await failureOf(plan('', { checksumFile: `${mirror.url}none` }))).toMatchObject({
      code: 'checksum-file-unreadable',
    })
    await mkdir(join(directory.path, 'folder'))
    expect(await failureOf(plan('', { checksumFile: directory.file('folder') }))).toMatchObject({
      code: 'source-unreadable',
    })
  })

  test('that a server answers as a web page', async () => {
    const checksumFile = await mirror.put('page', '<!doctype html><html>')
    expect(await failureOf(plan('', { checksumFile }))).toMatchObject({ code: 'checksum-file-unreadable' })
  })
})
