import { createHash } from 'node:crypto'
import { copyFile, open, writeFile } from 'node:fs/promises'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { exitCodeOf } from '../../src-shared/failure.ts'
import type { Identification } from '../../src-shared/identification.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { makeLoop } from '../support/drives/devices.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { makeBootImage, type BootImage } from '../support/images/boot-image.ts'
import { describeWith, testWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeUnprivileged } from '../support/programs/unprivileged.ts'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const config = JSON.stringify({ ignition: { version: '3.4.0' } })
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describeWith(['command:mke2fs'], 'a drive whose first boot was set up', () => {
  let world: CliWorld
  let made: BootImage
  let [source, configFile, receiptFile]: string[] = []
  let drive: OldDrive
  let written: Receipt
  /** Bytes of the drive after the write. */
  let after: Buffer
  /** Environment of the computer that wrote the drive, and of another one. */
  const here = privateDirectories('')
  const elsewhere = () => ({ XDG_STATE_HOME: world.path('state') })

  beforeAll(async () => {
    world = await makeCliWorld()
    Object.assign(here, privateDirectories(world.path('home')))
    made = await makeBootImage()
    source = await world.save('metal.raw', made.image)
    configFile = await world.save('config.ign', Buffer.from(config), null)
    drive = await world.makeDrive(made.image.length + mib)
    written = expectDone(await write(drive.path, ['-i', configFile, '--no-login', '--append-karg', 'quiet']))
    after = await drive.read()
    receiptFile = world.path('receipt.json')
    await writeFile(receiptFile, JSON.stringify(written))
  })
  afterAll(() => world.dispose())

  const write = (path: string, options: string[]) =>
    world.call(['write', '--image-file', source!, '--drive', path, '--yes', '--json', ...options], { env: here })
  const verify = (options: string[], path = drive.path, env: Record<string, string> = elsewhere()) =>
    world.call(['verify', '--image-file', source!, '--drive', path, '--json', ...options], { env })
  /** Saves a changed copy of the receipt. */
  async function saveReceipt(change: (receipt: Receipt) => void): Promise<string> {
    const copy = structuredClone(written)
    change(copy)
    const file = world.path('receipt.json')
    await writeFile(file, JSON.stringify(copy))
    return file
  }
  const edits = (receipt: Receipt) => receipt.drive!.firstBoot!.edits
  /** Copies the drive and changes a byte of the copy. */
  async function copyWith(offset: number): Promise<string> {
    const path = world.path('copy.img')
    await writeFile(path, after)
    const file = await open(path, 'r+')
    await file.write(Buffer.from([after[offset]! ^ 1]), 0, 1, offset)
    await file.close()
    return path
  }

  test('is proved by the receipt of its write, and says what differs on purpose', async () => {
    const receipt = expectDone(await verify(['--receipt', receiptFile!]))
    expect(receipt.statement).toMatch(/compared byte by byte\. Only its first-boot setup differs/)
    expect(receipt.drive).toMatchObject({ state: 'untouched', readBackSha256: sha256(made.image) })
    expect(receipt.drive!.firstBoot).toEqual(written.drive!.firstBoot)
    expectSame(await drive.read(), after)
  })

  test('is proved by a receipt that this computer stored, without naming it', async () => {
    const receipt = expectDone(await verify([], drive.path, here))
    expect(receipt.drive!.firstBoot).toEqual(written.drive!.firstBoot)
    const plain = await world.call(['verify', '--image-file', source!, '--drive', drive.path], { env: here })
    expect(plain.stdout).toMatch(/first boot +config [0-9a-f ]+ \(\d+ B\), with quiet/)
  })

  test('is proved against the hash that metadata state', async () => {
    const { stream, artifact } = await publish()
    const verified = (env: Record<string, string>, ...options: string[]) =>
      world.call(['verify', '-s', stream, '-f', artifact, '--drive', drive.path, '--json', ...options], { env })
    const receipt = expectDone(await verified(elsewhere(), '--receipt', receiptFile!))
    expect(receipt.statement).toMatch(/matches Fedora’s published hash.* Only its first-boot setup differs/)
    const failure = expectFailed(await verified(elsewhere()), 'verify-mismatch', 4)
    expect(failure.advice).toContain('--receipt')
    const another = await saveReceipt((copy) => (copy.drive!.readBackSha256 = sha256(after)))
    expectFailed(await verified(elsewhere(), '--receipt', another), 'receipt-of-another-image', 4)
  })

  /** Publishes the image as the raw artifact of a stream of its own. */
  async function publish() {
    const location = await world.serve('metal.raw', made.image)
    const stream = await world.publish(({ architectures }) => {
      const disk = { location, sha256: sha256(made.image) }
      architectures[world.architecture]!.artifacts['metal']!.formats = { raw: { disk } } as never
    })
    return { stream, artifact: 'raw' }
  }

  test('differs without a receipt, and is told to have its first boot set', async () => {
    const failure = expectFailed(await verify([]), 'verify-mismatch', 4)
    expect(failure.details).toMatchObject({ firstBoot: 'ignition/config.ign' })
    expect(failure.advice).toContain('--receipt')
    const published = await world.makeDrive(made.image.length + mib)
    made.image.copy(published.before)
    published.before[3 * mib]! ^= 1
    await writeFile(published.path, published.before)
    const plain = expectFailed(await verify([], published.path), 'verify-mismatch', 4)
    expect(plain.advice).not.toContain('--receipt')
  })

  test('is not proved if a byte differs, in the first boot or outside of it', async () => {
    const inside = edits(written)[0]!.offset
    for (const env of [here, elsewhere()])
      expectFailed(await verify(['--receipt', receiptFile!], await copyWith(inside), env), 'first-boot-changed', 4)
    const outside = 2 * mib
    expect(edits(written).every(({ offset }) => offset > outside)).toBe(true)
    const failure = expectFailed(
      await verify(['--receipt', receiptFile!], await copyWith(outside)),
      'verify-mismatch',
      4,
    )
    expect(failure.details).toMatchObject({ firstDifference: outside })
  })

  test('is not proved by a receipt whose original bytes are not those of the image', async () => {
    const file = await saveReceipt((copy) => {
      const edit = edits(copy)[0]!
      edit.original = deflateSync(Buffer.alloc(edit.length, 0x5a)).toString('base64')
    })
    const failure = expectFailed(await verify(['--receipt', file]), 'verify-mismatch', 4)
    expect(failure.details).toMatchObject({ firstDifference: edits(written)[0]!.offset })
  })

  test('is not proved if a receipt excuses bytes outside of the boot partition', async () => {
    const outside = 2 * mib
    const path = await copyWith(outside)
    const file = await saveReceipt((copy) =>
      edits(copy).unshift({
        offset: outside,
        length: 1,
        original: deflateSync(made.image.subarray(outside, outside + 1)).toString('base64'),
        sha256: sha256(Buffer.from([after[outside]! ^ 1])),
      }),
    )
    expectFailed(await verify(['--receipt', file], path), 'receipt-unusable', 2)
  })

  const hostile: [string, FailureCode, (receipt: Receipt) => void][] = [
    ['of a place behind the image', 'receipt-unusable', (copy) => (edits(copy).at(-1)!.offset = made.image.length)],
    ['of a negative place', 'receipt-unusable', (copy) => (edits(copy)[0]!.offset = -512)],
    ['of a place that is no number of bytes', 'receipt-unusable', (copy) => (edits(copy)[0]!.offset += 0.5)],
    ['of huge places', 'receipt-unusable', (copy) => (edits(copy)[0]!.length = 2 ** 52)],
    [
      'that unpacks to far more than it says',
      'receipt-unusable',
      (copy) => (edits(copy)[0]!.original = deflateSync(Buffer.alloc(64 * mib)).toString('base64')),
    ],
    ['of overlapping places', 'receipt-unusable', (copy) => edits(copy).push({ ...edits(copy).at(-1)! })],
    ['with bad base64', 'receipt-unusable', (copy) => (edits(copy)[0]!.original = '!?')],
    ['with other bytes in base64', 'receipt-unusable', (copy) => (edits(copy)[0]!.original = 'AAAA')],
    ['without a first boot', 'receipt-unusable', (copy) => (copy.drive!.firstBoot = null)],
    ['without a drive', 'receipt-unusable', (copy) => (copy.drive = null)],
    ['of another first boot', 'first-boot-changed', (copy) => (edits(copy)[0]!.sha256 = sha256(Buffer.from('x')))],
  ]
  test.each(hostile)('is not proved by a receipt %s', async (_, code, change) => {
    expectFailed(await verify(['--receipt', await saveReceipt(change)]), code, exitCodeOf(code))
    expectSame(await drive.read(), after)
  })

  test.each([
    ['no such file', null],
    ['not JSON', Buffer.from('{')],
    ['another JSON', Buffer.from('[]')],
    ['too large', Buffer.alloc(16 * mib + 1, 0x20)],
  ])('is not proved by a file that is %s', async (_, bytes) => {
    const file = world.path('given.json')
    if (bytes !== null) await writeFile(file, bytes)
    expectFailed(await verify(['--receipt', file]), 'receipt-unusable', 2)
  })

  const identify = async (env: Record<string, string>, path = drive.path) => {
    const run = await world.call(['identify', '--drive', path, '--json'], { env })
    return { code: run.code, ...(run.events.at(-1) as unknown as Identification) }
  }

  test('is identified by a stored receipt, and its first boot is told', async () => {
    const { stream, artifact } = await publish()
    const url = ['-s', stream, '-f', artifact]
    const other = await world.makeDrive(made.image.length + mib)
    expectDone(
      await world.call(
        ['write', ...url, '--drive', other.path, '--yes', '--json', '--insecure', '-i', configFile!, '--no-login'],
        {
          env: here,
        },
      ),
    )
    const found = await identify(here, other.path)
    expect(found).toMatchObject({ code: 0, firstBootSet: true, identified: { stream, platform: 'metal' }, hints: [] })
    expect(found.statement).toContain('except its first-boot setup')
    const plain = await world.call(['identify', '--drive', other.path], { env: here })
    expect(plain.stdout).toMatch(/first boot +set/)
  })

  test('says its release and its first boot where no receipt is stored', async () => {
    const found = await identify(elsewhere())
    expect(found).toMatchObject({ code: 4, firstBootSet: true, identified: null })
    expect(found.hints).toContainEqual({ hint: 'first-boot', files: ['ignition/config.ign'] })
    expect(found.hints).toContainEqual(expect.objectContaining({ hint: 'boot-entry', release: '44.20260707.3.1' }))
    expect(found.statement).toContain('44.20260707.3.1')
    const published = world.path('published.img')
    await writeFile(published, made.image)
    expect(await identify(elsewhere(), published)).toMatchObject({ firstBootSet: false })
  })

  testWith(['loop', 'sudo'], 'is proved on a loop device, through the helper', async () => {
    const user = await makeUnprivileged({ sudo: 'without-password' })
    const loop = await makeLoop({ size: made.image.length + mib })
    try {
      const [receipt, keyring] = [user.home.file('receipt.json'), user.home.file('keyring.gpg')]
      await copyFile(world.keyringFile, keyring)
      const done = expectDone(await write(loop.device, ['-i', configFile!, '--no-login']))
      await writeFile(receipt, JSON.stringify(done), { mode: 0o644 })
      const url = await world.serve('metal.raw', made.image)
      const run = await world.kindling(['verify', '-u', url, '--drive', loop.device, '--json', '--receipt', receipt], {
        as: (program) => user.command(program.map(user.seen)),
        env: { ...privateDirectories(user.home.path), KINDLING_KEYRING: keyring },
      })
      expect(expectDone(run).drive).toMatchObject({
        state: 'untouched',
        pastCache: true,
        firstBoot: done.drive!.firstBoot,
      })
    } finally {
      await loop.dispose()
      await user.dispose()
    }
  })
})
