import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { JobEvent } from '../../../src-shared/job.ts'
import { xz } from '../../support/images/compress.ts'
import { makeDiskFrame, makeRawImage, type RawImageOptions } from '../../support/images/coreos-image.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { makeSigner, type Signer } from '../../support/mirror/gpg.ts'
import { makeIso } from '../../support/images/iso-image.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { describeWith } from '../../support/run/needs.ts'
import { publishStream } from '../../support/mirror/publish-stream.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { say, type Phrase } from '../../../src-shared/phrases.ts'
import { mib } from '../../support/files/mib.ts'

const size = 14 * mib
const release = '44.20260707.3.1'
const published = new Date('2026-07-08T10:00:00Z')

/** A mirror that offers files signed by Fedora's key under another name. */
describeWith(['command:gpg'], 'an image under another name', () => {
  let signer: Signer
  let directory: TemporaryDirectory
  let mirror: Mirror
  let testPorts: TestPorts
  let drive: MemoryDrive

  beforeAll(async () => {
    ;[signer, directory, mirror] = await Promise.all([makeSigner(), makeTemporaryDirectory(), startMirror()])
  })
  afterAll(() => Promise.all([signer.dispose(), directory.dispose(), mirror.close()]))
  beforeEach(async () => {
    drive = makeMemoryDrive({ size: size + 4 * mib })
    testPorts = await makeTestPorts({ drives: drive.drives })
  })
  afterEach(() => testPorts.dispose())

  interface Offer {
    content: Buffer
    format?: string
    /** Release of Fedora whose key signs the image. */
    fedora?: number
    signedAt?: Date
    /** Release stated in the metadata. */
    called?: string
    /** Stream stated in the metadata. */
    stated?: string
    acceptedDoubts?: Phrase[]
  }

  async function write({ content, format = 'raw', fedora = 44, signedAt = published, ...offer }: Offer) {
    const { called = release, stated, acceptedDoubts } = offer
    const stream = 'stable'
    const metadata = await publishStream(mirror, {
      ...{ stream, release: called },
      signer: { sign: (bytes) => signer.sign(bytes, { madeAt: signedAt }) },
      files: {
        x86_64: [{ platform: 'metal', format, name: 'disk', suffix: `metal.x86_64.${format}`, content }],
      },
    })
    if (stated) await mirror.put('streams/stable.json', JSON.stringify({ ...metadata, stream: stated }))
    const keys = {
      pinned: [{ fingerprint: signer.fingerprint, release: fedora }],
      bundled: async () => signer.armoredPublicKey,
      urls: () => [],
    }
    const image = { kind: 'stream' as const, stream, architecture: 'x86_64', platform: 'metal', format }
    const source = { image, streamBaseUrl: mirror.streamBaseUrl, fetchRetries: 0 }
    const ports = { ...testPorts.ports, keys }
    return (await runJobHere(ports, { job: 'write', drive: '/dev/memory', source, verify: false, acceptedDoubts })).at(
      -1,
    )!
  }
  const refused = (driveState: string, reason: string) => ({
    ...{ event: 'failed', code: 'image-is-another', driveState },
    details: { reason },
  })

  /** Makes a disk image whose partition `boot` contains an entry of the boot loader. */
  async function makeDisk(entry: string, options: Partial<RawImageOptions> = {}): Promise<Buffer> {
    const disk = makeRawImage({ size, ...options })
    const { start, end } = makeDiskFrame({ size, ...options }).boot
    const tree = directory.file(`tree-${Math.random()}`)
    await mkdir(`${tree}/loader.1/entries`, { recursive: true })
    await symlink('loader.1', `${tree}/loader`)
    await writeFile(`${tree}/loader.1/entries/ostree-1.conf`, entry)
    const kib = (end - start) / 1024
    execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', tree, `${tree}.img`, `${kib}k`], { stdio: 'pipe' })
    ;(await readFile(`${tree}.img`)).copy(disk, start)
    return disk
  }
  const entryOf = (named: string, platform = 'metal') =>
    `title Fedora CoreOS ${named} (ostree:0)\noptions $ignition_firstboot ignition.platform.id=${platform} quiet\n`

  test('an image signed by the key of another Fedora does not touch the drive', async () => {
    const last = await write({
      content: makeRawImage({ size }),
      fedora: 34,
      signedAt: new Date('2021-06-01T00:00:00Z'),
    })
    const reason = `it is named ${release}, but signed with the key of Fedora 34`
    expect(last).toMatchObject(refused('untouched', reason))
    expect(drive.operations).toEqual([])
  })

  test('an older image of the same Fedora does not touch the drive', async () => {
    const last = await write({ content: makeRawImage({ size }), signedAt: new Date('2026-02-03T00:00:00Z') })
    const reason = `it is named ${release}, but was signed before that, on 2026-02-03`
    expect(last).toMatchObject(refused('untouched', reason))
    expect(drive.operations).toEqual([])
  })

  test('a release of next in the file of stable does not touch the drive', async () => {
    const last = await write({ content: makeRawImage({ size }), called: '44.20260707.1.1' })
    expect(last).toMatchObject(refused('untouched', 'it is release 44.20260707.1.1 of the stream next, not of stable'))
    expect(drive.operations).toEqual([])
  })

  test('the file of next in place of that of stable is written to those alone who were told', async () => {
    const offer = { content: makeRawImage({ size }), called: '44.20260707.1.1', stated: 'next' }
    const doubt = say('stream-is-another', { stream: 'stable', stated: 'next' })
    const expected = { event: 'failed', code: 'stream-doubtful', driveState: 'untouched', details: { reason: doubt } }
    expect(await write(offer)).toMatchObject(expected)
    expect(
      await write({ ...offer, acceptedDoubts: [say('stream-is-another', { stream: 'stable', stated: 'testing' })] }),
    ).toMatchObject(expected)
    expect(drive.operations).toEqual([])
    expect(await write({ ...offer, acceptedDoubts: [doubt] })).toMatchObject({
      event: 'done',
      receipt: { warnings: [{ code: 'stream-doubtful' }] },
    })
  })

  test('an image for another architecture does not touch the drive', async () => {
    const last = await write({ content: makeRawImage({ size, architecture: 'aarch64' }) })
    expect(last).toMatchObject(refused('untouched', 'it was made for aarch64, not for x86_64'))
    expect(drive.operations).toEqual([])
  })

  test('an ISO of another release does not touch the drive', async () => {
    const last = await write({ content: makeIso({ size: 2 * mib, version: '44.20260721.3.0' }), format: 'iso' })
    expect(last).toMatchObject(refused('untouched', `it is release 44.20260721.3.0, not ${release}`))
    expect(drive.operations).toEqual([])
  })

  describeWith(['command:mke2fs'], 'told by its boot entry alone', () => {
    const isCleared = () => drive.bytes.subarray(0, mib).every((byte) => byte === 0)

    test.each([
      ['another release', entryOf('44.20260721.3.0'), `it is release 44.20260721.3.0, not ${release}`],
      ['another platform', entryOf(release, 'vultr'), 'it was made for vultr, not for metal'],
    ])('it does not boot: %s', async (_, entry, reason) => {
      expect(await write({ content: await makeDisk(entry) })).toMatchObject(refused('cleared', reason))
      expect(isCleared()).toBe(true)
    })

    test('that of the release that it is called boots, compressed as well', async () => {
      const disk = await makeDisk(entryOf(release))
      for (const [content, format] of [
        [disk, 'raw'],
        [await xz(disk), 'raw.xz'],
      ] as const) {
        const last: JobEvent = await write({ content, format })
        expect(last).toMatchObject({ event: 'done', receipt: { image: { signature: { signer: 'Fedora 44' } } } })
        expect(drive.bytes.subarray(0, size).equals(disk)).toBe(true)
      }
    })
  })
})
