import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../../src-shared/job.ts'
import { startCoreosMirror, type CoreosMirror } from '../../support/mirror/coreos-mirror.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { recordDisk } from '../../support/drives/record-disk.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { saying } from '../../support/expect/saying.ts'

let coreos: CoreosMirror
let world: TestPorts
beforeAll(async () => {
  ;[coreos, world] = await Promise.all([startCoreosMirror({ imageSize: 1024 * 1024 }), makeTestPorts()])
})
afterAll(() => Promise.all([coreos.dispose(), world.dispose()]))

let directory: TemporaryDirectory
beforeEach(async () => {
  directory = await makeTemporaryDirectory()
})
afterEach(() => directory.dispose())

interface Wanted {
  stream?: string
  format?: string
  url?: string
  decompress?: boolean
  insecure?: boolean
}

async function download({
  stream = 'stable',
  format = 'raw.xz',
  url,
  decompress,
  insecure,
}: Wanted): Promise<JobEvent> {
  const { architecture, baseUrl: streamBaseUrl, keyringFile: keyring } = coreos
  const image = url
    ? { kind: 'url' as const, url }
    : { kind: 'stream' as const, stream, architecture, platform: 'metal', format }
  const source = { image, streamBaseUrl, keyring, fetchRetries: 0, ...(insecure && { insecure }) }
  const spec = { job: 'download' as const, source, directory: directory.path, ...(decompress && { decompress }) }
  return (await runJobHere(world.ports, spec)).at(-1)!
}

const failed = (file: string, reason: string, code = 'output-exists') => ({
  event: 'failed',
  code,
  details: { file: directory.file(file), reason },
})

/** Publishes a stream whose kernel, initramfs and rootfs have these names. */
async function publishPxe(stream: string, names: string[]): Promise<void> {
  const metadata = structuredClone(coreos.metadata)
  const parts = metadata.architectures[coreos.architecture]!.artifacts['metal']!.formats['pxe']!
  for (const [index, part] of ['kernel', 'initramfs', 'rootfs'].entries()) {
    const { content } = coreos.find('pxe', part)
    const location = await coreos.mirror.put(`${stream}/${index}/${names[index]}`, content)
    const signature = await coreos.mirror.put(`${stream}/${index}/signature`, await coreos.signer.sign(content))
    parts[part] = { location, signature, sha256: createHash('sha256').update(content).digest('hex') }
  }
  await coreos.mirror.put(`streams/${stream}.json`, JSON.stringify(metadata))
}

describe('of the files of a download', () => {
  test.each([
    ['two of one name', ['kernel', 'live', 'live'], 'live'],
    ['two that differ in case alone', ['kernel', 'Live', 'live'], 'live'],
    ['one that is called like the signature of another', ['live', 'initramfs', 'live.sig'], 'live.sig'],
  ])('%s are refused before anything is fetched', async (what, names, file) => {
    const stream = what.replaceAll(' ', '-').slice(0, 20)
    await publishPxe(stream, names)
    expect(await download({ stream, format: 'pxe' })).toMatchObject(
      failed(file, 'two of the files would have this name', 'output-failed'),
    )
    expect(await readdir(directory.path)).toEqual([])
  })

  test('none takes the place of a person’s own NAME.sig', async () => {
    const name = coreos.find('raw.xz').location.split('/').pop()!
    await writeFile(directory.file(`${name}.sig`), 'my own')
    expect(await download({})).toMatchObject(failed(`${name}.sig`, 'another file with this name exists already'))
    expect(await readdir(directory.path)).toEqual([`${name}.sig`])
    expect(await readFile(directory.file(`${name}.sig`), 'utf8')).toBe('my own')
  })

  test('the signature that is there already stays', async () => {
    const { location, content } = coreos.find('raw.xz')
    const name = location.split('/').pop()!
    expect(await download({})).toMatchObject({ event: 'done' })
    await rm(directory.file(name))
    expect(await download({})).toMatchObject({ event: 'done' })
    expect(await readdir(directory.path)).toEqual([name, `${name}.sig`])
    expect((await readFile(directory.file(name))).equals(content)).toBe(true)
  })

  test('a decompressed one takes the place of no other', async () => {
    const name = coreos.find('raw.xz').location.split('/').pop()!.replace(/\.xz$/, '')
    await mkdir(directory.file(name))
    expect(await download({ decompress: true })).toMatchObject(failed(name, 'a file with this name exists already'))
  })
})

test('a file whose name leaves no room for .sig has no signature beside it, and can be used', async () => {
  const path = directory.file(`${'n'.repeat(248)}.raw`)
  await writeFile(path, 'an image')
  const sha256 = createHash('sha256').update('an image').digest('hex')
  const into = directory.file('into')
  const source = { image: { kind: 'file' as const, path }, sha256 }
  const events = await runJobHere(world.ports, { job: 'download', source, directory: into })
  expect(events.at(-1)).toMatchObject({ event: 'done', receipt: { image: { origin: 'sha256' } } })
  const unproved = await runJobHere(world.ports, {
    job: 'download',
    source: { image: { kind: 'file', path } },
    directory: into,
  })
  expect(unproved.at(-1)).toMatchObject({ code: 'signature-missing' })
})

test('download --insecure does not take a stranger’s file of that name for done', async () => {
  const url = await coreos.mirror.put('unsigned/image.raw', 'the image')
  await writeFile(directory.file('image.raw'), 'another!!')
  const refused = failed('image.raw', saying('another file with this name exists already'))
  expect(await download({ url, insecure: true })).toMatchObject(refused)
  // Equal bytes do not prove that it is the same file, either.
  await writeFile(directory.file('image.raw'), 'the image')
  expect(await download({ url, insecure: true })).toMatchObject(refused)
})

test.skipIf(process.platform !== 'linux')('what a download leaves is on the disk before it has its name', async () => {
  const name = coreos.find('raw.xz').location.split('/').pop()!
  const disk = await recordDisk()
  try {
    expect(await download({})).toMatchObject({ event: 'done' })
    expect(await download({ format: 'iso', decompress: true })).toMatchObject({ event: 'done' })
  } finally {
    disk.restore()
  }
  const iso = coreos.find('iso').location.split('/').pop()!
  for (const [from, to] of [
    ['bytes', name],
    [`${iso}.${process.pid}.tmp`, iso],
  ]) {
    const named = disk.steps.indexOf(`link ${from} ${to}`)
    expect(disk.steps.slice(0, named)).toContain(`sync ${from}`)
    expect(disk.steps.slice(named)).toContain(`sync ${directory.path.split('/').pop()}`)
  }
})
