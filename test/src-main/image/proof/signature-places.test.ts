import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { planSources } from '../../../../src-main/image/plan-source.ts'
import { readTrust } from '../../../../src-main/image/proof/trust.ts'
import type { SourceSpec } from '../../../../src-shared/job.ts'
import { failureOf } from '../../../support/expect/failing.ts'
import { startMirror, type Mirror } from '../../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../../support/worlds/test-ports.ts'

// The files in these places are not signatures. An error about them shows that they were found.

let directory: TemporaryDirectory
let testPorts: TestPorts
let mirror: Mirror
beforeAll(async () => {
  ;[directory, testPorts, mirror] = await Promise.all([makeTemporaryDirectory(), makeTestPorts(), startMirror()])
})
afterAll(() => Promise.all([directory.dispose(), testPorts.dispose(), mirror.close()]))

async function look(image: SourceSpec['image']): Promise<string> {
  const { signal } = new AbortController()
  const [plan] = await planSources(testPorts.ports, { image }, signal)
  return (await failureOf(readTrust(testPorts.ports, plan!, signal))).code
}

test.each(['.sig', '.asc', '.gpg'])(
  'a signature NAME%s is found beside a file, a link’s target and an address',
  async (ending) => {
    const folder = directory.file(`of${ending}`)
    await mkdir(`${folder}/images`, { recursive: true })
    await writeFile(`${folder}/images/x.raw`, 'an image')
    await symlink('images/x.raw', `${folder}/latest.raw`)
    const file = { kind: 'file' as const, path: `${folder}/images/x.raw` }
    const link = { kind: 'file' as const, path: `${folder}/latest.raw` }
    const url = { kind: 'url' as const, url: `${mirror.url}of${ending}/x.raw?token=1` }
    for (const image of [file, link, url]) expect(await look(image)).toBe('signature-missing')
    await writeFile(`${folder}/images/x.raw${ending}`, 'no signature')
    await mirror.put(`of${ending}/x.raw${ending}`, 'no signature')
    for (const image of [file, link, url]) expect(await look(image)).toBe('signature-malformed')
  },
)

test('a signature beside a link counts before that of its target, and .sig before the others', async () => {
  const { signal } = new AbortController()
  await writeFile(directory.file('y.raw'), 'an image')
  await symlink('y.raw', directory.file('link.raw'))
  const target = await realpath(directory.file('y.raw'))
  const [plan] = await planSources(
    testPorts.ports,
    { image: { kind: 'file', path: directory.file('link.raw') } },
    signal,
  )
  expect([plan!.signature, ...plan!.otherSignatures!]).toEqual(
    [directory.file('link.raw'), target].flatMap((path) => ['.sig', '.asc', '.gpg'].map((ending) => path + ending)),
  )
})

test('a file whose name came with U+FFFD in place of bytes is told by its name, unless it is there', async () => {
  const image = { kind: 'file' as const, path: directory.file('\ufffd.raw') }
  expect(await failureOf(look(image))).toMatchObject({ code: 'name-not-utf8' })
  await writeFile(image.path, 'an image')
  expect(await look(image)).toBe('signature-missing')
})
