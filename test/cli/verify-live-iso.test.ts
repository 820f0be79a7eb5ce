import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FirstBootShown } from '../../src-shared/first-boot.ts'
import type { Identification } from '../../src-shared/identification.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed } from '../support/expect/expect-events.ts'
import { defaultKargs, initrdSize, makeLiveIso, type LiveIso } from '../support/images/live-iso.ts'
import { describeWith } from '../support/run/needs.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { mib } from '../support/files/mib.ts'

const disk = '/dev/disk/by-id/nvme-Disk_S123'
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.org'
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  passwd: { users: [{ name: 'core', sshAuthorizedKeys: [key] }] },
})
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

describeWith(['command:xorriso', 'command:cpio', 'command:xz'], 'a drive with a live ISO that was set up', () => {
  let world: CliWorld
  let iso: LiveIso
  let [source, configFile, stream]: string[] = []
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
    iso = await makeLiveIso()
    source = await world.save('live.iso', iso.image)
    configFile = await world.save('config.ign', Buffer.from(config), null)
    const location = await world.serve('live.iso', iso.image)
    stream = await world.publish(({ architectures }) => {
      const formats = { iso: { disk: { location, sha256: sha256(iso.image) } } }
      architectures[world.architecture]!.artifacts['metal']!.formats = formats as never
    })
    drive = await world.makeDrive(iso.image.length + mib)
    const settings = ['--live-karg-append', 'quiet', '--live-karg-delete', 'mitigations=auto,nosmt']
    const install = ['--dest-device', disk, '--accept-install', '--dest-ignition', configFile]
    const args = ['write', '--image-file', source, '--drive', drive.path, '--yes', '--json', ...settings, ...install]
    written = expectDone(await world.call(args, { env: here }))
    after = await drive.read()
  })
  afterAll(() => world.dispose())

  const ofFile = () => ['--image-file', source!]
  const ofStream = () => ['-s', stream!, '-f', 'iso']
  const verify = (image: string[], path = drive.path, env: Record<string, string> = elsewhere()) =>
    world.call(['verify', ...image, '--drive', path, '--json'], { env })
  /** Copies the drive, with a change. */
  async function copyWith(change: (bytes: Buffer) => void): Promise<string> {
    const [path, bytes] = [world.path('copy.img'), Buffer.from(after)]
    change(bytes)
    await writeFile(path, bytes)
    return path
  }

  test.each([
    ['a file', ofFile],
    ['a stream', ofStream],
  ])('is proved against %s by the receipt of its write', async (_, image) => {
    const receipt = expectDone(await verify(image(), drive.path, here))
    expect(receipt.statement).toMatch(/Only its first-boot setup differs, on purpose/)
    expect(receipt.drive).toMatchObject({ state: 'untouched', readBackSha256: sha256(iso.image) })
    expect(receipt.drive!.firstBoot).toEqual(written.drive!.firstBoot)
    expectSame(await drive.read(), after)
  })

  test.each([
    ['a file', ofFile],
    ['a stream', ofStream],
  ])('is proved against %s without a receipt, too, and says what differs', async (_, image) => {
    const receipt = expectDone(await verify(image()))
    expect(receipt.statement).toMatch(/They are in no receipt/)
    expect(receipt.drive!.readBackSha256).toBe(sha256(iso.image))
    expect(receipt.drive!.firstBoot).toMatchObject({
      hasReceipt: false,
      configSha256: written.drive!.firstBoot!.configSha256,
      appendKargs: ['quiet'],
      deleteKargs: ['mitigations=auto,nosmt'],
    })
  })

  test('is not proved if a byte differs outside of the places for settings', async () => {
    for (const env of [here, elsewhere()])
      for (const at of [16 * 2048 + 900, iso.initrd + initrdSize, iso.kargs[0]! - 1, iso.image.length - 1]) {
        const path = await copyWith((bytes) => (bytes[at]! ^= 1))
        const failure = expectFailed(await verify(ofFile(), path, env), 'verify-mismatch', 4)
        expect(failure.details).toMatchObject({ firstDifference: at })
      }
  })

  test('is not proved if a receipt excuses bytes outside of these places', async () => {
    const at = iso.image.length - 1
    const path = await copyWith((bytes) => (bytes[at]! ^= 1))
    const receipt = structuredClone(written)
    const last = { ...receipt.drive!.firstBoot!.edits[0]!, offset: at, length: 1 }
    last.sha256 = sha256(Buffer.from([after[at]! ^ 1]))
    // A byte of the image, deflated, as its receipt would have it.
    last.original = execFileSync('python3', ['-c', deflate, String(iso.image[at])])
      .toString()
      .trim()
    receipt.drive!.firstBoot!.edits.push(last)
    const file = world.path('receipt.json')
    await writeFile(file, JSON.stringify(receipt))
    expectFailed(await verify([...ofFile(), '--receipt', file], path), 'receipt-unusable', 2)
  })
  const deflate = 'import sys,zlib,base64;print(base64.b64encode(zlib.compress(bytes([int(sys.argv[1])]))).decode())'

  test('equals an image file that has the same settings', async () => {
    const image = await world.save('custom.iso', after.subarray(0, iso.image.length))
    expect(expectDone(await verify(['--image-file', image])).drive!.firstBoot).toBeNull()
  })

  const identify = async (env: Record<string, string>, path = drive.path) => {
    const run = await world.call(['identify', '--drive', path, '--json'], { env })
    return run.events.at(-1) as unknown as Identification
  }

  test('is identified without a receipt, and its first boot is told', async () => {
    const found = await identify({ ...elsewhere(), ...(await knowing()) })
    expect(found).toMatchObject({ firstBootSet: true, identified: { stream, format: 'iso' }, hints: [] })
    expect(found.statement).toContain('which is in no receipt')
    const published = world.path('published.img')
    await writeFile(published, iso.image)
    expect(await identify(await knowing(), published)).toMatchObject({ firstBootSet: false, identified: { stream } })
  })

  /** Makes a computer that has seen the stream. */
  async function knowing(): Promise<Record<string, string>> {
    const env = privateDirectories(world.path('seen'))
    const run = await world.call(['list', '-s', stream!, '--json'], { env })
    expect(run.code).toBe(0)
    return env
  }

  const show = async (path: string): Promise<FirstBootShown> => {
    const run = await world.call(['ignition', 'show', '--drive', path, '--json'])
    expect(run.code, run.stdout).toBe(0)
    return run.events.at(-1) as unknown as FirstBootShown
  }

  test('shows what it will do', async () => {
    expect(await show(drive.path)).toMatchObject({
      live: true,
      pending: true,
      installsOn: disk,
      config: { sha256: written.drive!.firstBoot!.configSha256 },
      kernelArguments: `${defaultKargs.replace('mitigations=auto,nosmt ', '')} quiet`,
      platform: 'metal',
      keyfiles: [],
    })
    const { stdout } = await world.call(['ignition', 'show', '--drive', drive.path])
    expect(stdout).toMatch(/first boot +at every start\n +installs on +\/dev\/disk\/by-id\/nvme-Disk_S123, by itself\n/)
    expectSame(await drive.read(), after)
  })

  test.each([
    [
      'xz, as coreos-installer packs it',
      (archive: Buffer) => execFileSync('xz', ['-9', '--check=crc32'], { input: archive }),
    ],
    ['gzip', (archive: Buffer) => gzipSync(archive)],
    ['nothing', (archive: Buffer) => archive],
  ])('shows and proves settings of another program, packed with %s', async (_, pack) => {
    const tree = world.path('tree')
    await mkdir(`${tree}/etc/coreos-firstboot-network`, { recursive: true })
    await writeFile(`${tree}/config.ign`, config)
    await writeFile(`${tree}/etc/coreos-firstboot-network/eth0.nmconnection`, '[connection]\n')
    const names = 'config.ign\netc\netc/coreos-firstboot-network\netc/coreos-firstboot-network/eth0.nmconnection\n'
    const archive = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], { cwd: tree, input: names })
    const path = await copyWith((bytes) => {
      iso.image.copy(bytes)
      pack(archive).copy(bytes, iso.initrd)
    })
    expect(await show(path)).toMatchObject({
      config: { sha256: sha256(config), size: config.length },
      installsOn: null,
      keyfiles: ['eth0.nmconnection'],
    })
    expect(expectDone(await verify(ofFile(), path)).drive!.firstBoot).toMatchObject({ configSha256: sha256(config) })
  })

  test('shows nothing of an area that is no archive', async () => {
    const path = await copyWith((bytes) => bytes.fill(0x5a, iso.initrd, iso.initrd + initrdSize))
    const run = await world.call(['ignition', 'show', '--drive', path, '--json'])
    expectFailed(run, 'first-boot-unreadable', 3)
  })
})
