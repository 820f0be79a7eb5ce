import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { gz } from '../support/images/compress.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { testWith } from '../support/run/needs.ts'
import { runTool } from '../support/programs/run-tool.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld({ imageSize: 4 * 1024 * 1024 })
})
afterAll(() => world.dispose())

async function download(
  args: string[],
  directory = world.path('downloads'),
  env: Record<string, string> = {},
  how: 'call' | 'kindling' = 'call',
) {
  const run = await world[how](['download', ...args, '-C', directory, '--json'], { env })
  const names = (await readdir(directory).catch(() => [])).toSorted()
  return { run, directory, names, read: (name: string) => readFile(join(directory, name)) }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const nameOf = (format: string, part?: string) => world.find(format, part).location.split('/').pop()!

describe('download', () => {
  test('puts the image and its signature into a directory that it makes', async () => {
    const { run, names, read, directory } = await download([], undefined, undefined, 'kindling')
    const receipt = expectDone(run)
    const name = nameOf('raw.xz')
    expect(phasesOf(run)).toEqual(['signature', 'download'])
    expect(names).toEqual([name, `${name}.sig`])
    expectSame(await read(name), world.rawXz)
    expect(receipt).toMatchObject({
      job: 'download',
      files: [{ path: join(directory, name), bytes: world.rawXz.length, sha256: sha256(world.rawXz) }],
      image: { origin: 'signature', signature: { fingerprint: world.signer.fingerprint } },
      drive: null,
    })
  })

  testWith(['command:gpg'], 'leaves a signature that gpg accepts', async () => {
    const { names, directory } = await download([])
    const home = world.path('gnupg')
    await mkdir(home, { mode: 0o700 })
    await runTool('gpg', ['--homedir', home, '--batch', '--charset', 'utf-8', '--quiet', '--import', world.keyringFile])
    const [image, signature] = names.map((name) => join(directory, name))
    await runTool('gpg', [
      '--homedir',
      home,
      '--batch',
      '--charset',
      'utf-8',
      '--quiet',
      '--verify',
      signature!,
      image!,
    ])
  })

  test('decompresses on request, whatever the compression', async () => {
    const stream = await download(['-d'])
    expectDone(stream.run)
    const name = nameOf('raw.xz').replace(/\.xz$/, '')
    expect(stream.names).toEqual([name])
    expectSame(await stream.read(name), world.raw)
    const other = await download(['--decompress', '-u', await world.serve('other.raw.gz', await gz(world.raw))])
    expect(expectDone(other.run).files).toMatchObject([{ sha256: sha256(world.raw), bytes: world.raw.length }])
    expectSame(await other.read('other.raw'), world.raw)
    const iso = await download(['-d', '-f', 'iso'])
    expectDone(iso.run)
    expectSame(await iso.read(nameOf('iso')), world.iso)
  })

  test('downloads the three files of pxe, and a script for iPXE that names them', async () => {
    const { run, names, read, directory } = await download(['-f', 'pxe'])
    const receipt = expectDone(run)
    const script = `fedora-coreos-${world.release}-live.${world.architecture}.ipxe`
    const listed = [nameOf('pxe', 'kernel'), nameOf('pxe', 'initramfs'), nameOf('pxe', 'rootfs'), script]
    expect(receipt.files.map(({ path }) => path)).toEqual(listed.map((name) => join(directory, name)))
    for (const { path, bytes, sha256: hash } of receipt.files) {
      const content = await readFile(path)
      expect([content.length, sha256(content)]).toEqual([bytes, hash])
    }
    expect((await read(script)).toString()).toContain(
      `kernel ${listed[0]} initrd=main coreos.live.rootfs_url=\${base-url}/${listed[2]} ignition.firstboot ignition.platform.id=metal ignition.config.url=\${config-url}\n` +
        `initrd --name main ${listed[1]}\nboot\n`,
    )
    for (const part of ['kernel', 'initramfs', 'rootfs']) {
      const name = nameOf('pxe', part)
      expectSame(await read(name), world.find('pxe', part).content)
      expect(names).toContain(`${name}.sig`)
    }
    expect(names).toHaveLength(7)
  })

  test('leaves a script for iPXE that somebody has changed as it is', async () => {
    const first = await download(['-f', 'pxe'])
    const script = join(
      first.directory,
      first.names.find((name) => name.endsWith('.ipxe'))!,
    )
    expect(warningsOf((await download(['-f', 'pxe'], first.directory)).run)).toEqual([])
    await writeFile(script, '#!ipxe\nset base-url http://boot.example\n')
    const { run } = await download(['-f', 'pxe'], first.directory)
    expect(expectDone(run).files).toHaveLength(3)
    expect(warningsOf(run)).toEqual(['script-kept'])
    expect(await readFile(script, 'utf8')).toBe('#!ipxe\nset base-url http://boot.example\n')
  })

  test('downloads what pxe was before it had a root file system of its own', async () => {
    const stream = await world.publish(({ architectures }) => {
      delete architectures[world.architecture]!.artifacts['metal']!.formats['pxe']!['rootfs']
    })
    const { run, names, read } = await download(['-s', stream, '-f', 'pxe'])
    expect(expectDone(run).files).toHaveLength(3)
    const script = (await read(names.find((name) => name.endsWith('.ipxe'))!)).toString()
    expect(script).toContain('initrd=main ignition.firstboot')
    expect(script).not.toContain('rootfs')
  })

  test('leaves no script when one of the three does not prove to be the right one', async () => {
    const stream = await world.publish(({ architectures }) => {
      architectures[world.architecture]!.artifacts['metal']!.formats['pxe']!['rootfs']!.sha256 = '0'.repeat(64)
    })
    const { run, names } = await download(['-s', stream, '-f', 'pxe'])
    expectFailed(run, 'sha256-mismatch', 4)
    expect(names.filter((name) => name.endsWith('.ipxe'))).toEqual([])
  })

  test('downloads artifacts of other platforms, containers too', async () => {
    const { run, read } = await download(['-p', 'qemu', '-f', 'qcow2.xz'])
    expectDone(run)
    expectSame(await read(nameOf('qcow2.xz')), world.find('qcow2.xz').content)
  })

  test('proves a file that is there already instead of fetching it again', async () => {
    const first = await download(['-f', 'pxe'])
    await writeFile(join(first.directory, 'other.txt'), 'not mine')
    const requests = world.mirror.requestsFor(world.find('pxe', 'kernel').location).length
    const { run } = await download(['-f', 'pxe'], first.directory)
    expect(expectDone(run).files).toHaveLength(4)
    expect(new Set(phasesOf(run))).toEqual(new Set(['signature', 'prove']))
    expect(world.mirror.requestsFor(world.find('pxe', 'kernel').location)).toHaveLength(requests)
  })

  test('fetches only what is missing of pxe', async () => {
    const directory = world.path('downloads')
    await mkdir(directory)
    await writeFile(join(directory, nameOf('pxe', 'initramfs')), world.find('pxe', 'initramfs').content)
    const { run, names } = await download(['-f', 'pxe'], directory)
    expect(expectDone(run).files).toHaveLength(4)
    expect([...new Set(phasesOf(run))]).toEqual(['signature', 'prove', 'download'])
    expect(names).toContain(nameOf('pxe', 'rootfs'))
  })

  test('never replaces another file of the same name', async () => {
    const directory = world.path('downloads')
    await mkdir(directory)
    const path = join(directory, nameOf('raw.xz'))
    await writeFile(path, 'something else')
    const { run, names } = await download([], directory)
    const failure = expectFailed(run, 'output-exists', 1)
    expect(failure).toMatchObject({ driveState: null, details: { file: path } })
    expect(failure.advice).toContain('another name')
    expect(names).toEqual([nameOf('raw.xz')])
    expect(await readFile(path, 'utf8')).toBe('something else')
  })

  test('leaves nothing half-made when a proof fails', async () => {
    const wrong = await download([
      '-u',
      await world.serve('wrong.raw', world.raw, await world.signer.sign(world.rawXz)),
    ])
    expect(expectFailed(wrong.run, 'signature-bad', 4).driveState).toBeNull()
    expect(wrong.names).toEqual([])
    const cut = await download(['-d', '-u', await world.serve('cut.raw.xz', world.rawXz.subarray(0, 9000))])
    expectFailed(cut.run, 'image-truncated', 4)
    expect(cut.names).toEqual([])
  })

  test('fails when the directory cannot be made', async () => {
    const file = await world.save('file', Buffer.from('x'), null)
    const { run } = await download([], join(file, 'below'))
    expectFailed(run, 'output-failed', 1)
  })

  test('fetches an image again whose copy in the cache is damaged', async () => {
    const cache = world.path('cache')
    await mkdir(join(cache, 'kindling/images'), { recursive: true })
    await writeFile(join(cache, 'kindling/images', sha256(world.rawXz)), 'damaged')
    const { run, read } = await download([], undefined, { XDG_CACHE_HOME: cache })
    expectDone(run)
    expect(warningsOf(run)).toEqual(['cache-damaged'])
    expectSame(await read(nameOf('raw.xz')), world.rawXz)
  })

  test('downloads to the current directory, and tells people what it proved', async () => {
    const run = await world.kindling(['download', '-f', 'iso', '-C', world.path('here')])
    expect(run.code).toBe(0)
    expect(run.stdout).toContain(nameOf('iso'))
    expect(run.stdout).toMatch(/The image is signed by Test Signer/)
    expect(run.stderr).toContain('Downloading')
    expect(run.stderr).not.toContain('\r')
  })
})

describe('a server with faults', () => {
  const raw = () => world.raw

  async function downloads(...[url]: [string]) {
    const { run, read } = await download(['-u', url, '--fetch-retries', '3'])
    expectDone(run)
    expectSame(await read(url.split('/').pop()!), raw())
  }

  test('is asked again after a 500', async () => {
    const url = await world.serve('again.raw', raw())
    world.mirror.fault(url, { kind: 'status', status: 500, times: 1 })
    world.mirror.fault(`${url}.sig`, { kind: 'status', status: 503, times: 1 })
    await downloads(url)
  })

  test('is asked for the rest after a lost connection', async () => {
    const url = await world.serve('lost.raw', raw())
    world.mirror.fault(url, { kind: 'drop', afterBytes: 2_000_000, times: 2 })
    await downloads(url)
    const requests = world.mirror.requestsFor(url)
    const resumed = requests.filter(({ range }) => /^bytes=[1-9]\d*-$/.test(range ?? ''))
    expect(resumed.length).toBeGreaterThan(0)
    expect(Number(/=(\d+)/.exec(resumed[0]!.range!)![1])).toBeLessThanOrEqual(2_000_000)
  })

  test('is asked for the rest after a body that was too short', async () => {
    const url = await world.serve('short.raw', raw())
    world.mirror.fault(url, { kind: 'short', afterBytes: 1_000_000, times: 3 })
    await downloads(url)
  })

  test('may state no Content-Length', async () => {
    const url = await world.serve('no-length.raw', raw())
    world.mirror.fault(url, { kind: 'no-length' })
    await downloads(url)
  })

  test('may know no ranges', async () => {
    const url = await world.serve('no-range.raw', raw())
    world.mirror.fault(url, { kind: 'no-range' })
    await downloads(url)
  })

  test('may know neither lengths nor ranges', async () => {
    const url = await world.serve('neither.raw', raw())
    world.mirror.fault(url, { kind: 'no-length' }, { kind: 'no-range' })
    await downloads(url)
  })

  test('may know no ranges and lose the connection', async () => {
    const url = await world.serve('no-range-lost.raw', raw())
    world.mirror.fault(url, { kind: 'no-range' }, { kind: 'drop', afterBytes: 2_000_000, times: 3 })
    await downloads(url)
  })

  test('may redirect from http to another address', async () => {
    const target = await world.serve('elsewhere.raw', raw())
    const url = await world.serve('redirected.raw', raw())
    world.mirror.fault(url, { kind: 'redirect', to: target })
    await downloads(url)
  })
})
