import { open, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillWithOldBytes, makeCliWorld, type CliWorld, type OldDrive } from '../support/worlds/cli-world.ts'
import { makeLoop, run as runTool } from '../support/drives/devices.ts'
import { expectSame } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { holdOpen } from '../support/drives/hold-open.ts'
import { lacking } from '../support/run/needs.ts'
import { mib } from '../support/files/mib.ts'

const noDevices = lacking('loop', 'mount')
const because = noDevices === null ? '' : ` (skipped: ${noDevices})`

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld()
})
afterAll(() => world.dispose())

/** Creates a drive file with an image at its start. */
async function driveWith(image: Buffer): Promise<OldDrive> {
  const drive = await world.makeDrive()
  image.copy(drive.before)
  await writeFile(drive.path, drive.before)
  return drive
}

async function flip(path: string, offset: number) {
  const file = await open(path, 'r+')
  try {
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, offset)
    byte[0]! ^= 1
    await file.write(byte, 0, 1, offset)
  } finally {
    await file.close()
  }
}

const verify = (source: string[], drive: string, env: Record<string, string> = {}, how: 'call' | 'kindling' = 'call') =>
  world[how](['verify', ...source, '--drive', drive, '--json'], { env })

describe('verify against a stream', () => {
  test('downloads no image: the metadata tell what the drive must hold', async () => {
    const drive = await driveWith(world.raw)
    const before = world.mirror.requestsFor(world.find('raw.xz').location).length
    const run = await verify([], drive.path, {}, 'kindling')
    const receipt = expectDone(run)
    expect(receipt.statement).toBe('The drive matches Fedora’s published hash. The signature was not checked.')
    expect(receipt).toMatchObject({
      job: 'verify',
      image: { origin: 'none', signature: null, imageSize: world.raw.length, uncompressedSha256: { from: 'stream' } },
      drive: { state: 'untouched', bytesWritten: 0, pastCache: true },
    })
    expect(phasesOf(run)).toEqual(['prepare', 'read-back'])
    const requests = world.mirror.requestsFor(world.find('raw.xz').location).slice(before)
    const sent = requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
    expect(requests.every(({ range }) => range !== null)).toBe(true)
    expect(sent).toBeLessThan(world.rawXz.length / 2)
    expectSame(await drive.read(), drive.before)
  })

  test('verifies the iso and the 4k image', async () => {
    expectDone(await verify(['-f', 'iso'], (await driveWith(world.iso)).path))
    expectDone(await verify(['-f', '4k.raw.xz'], (await driveWith(world.raw4k)).path))
  })

  test('finds a drive that differs in one bit, and touches nothing', async () => {
    const drive = await driveWith(world.raw)
    await flip(drive.path, 3_456_789)
    const failure = expectFailed(await verify([], drive.path), 'verify-mismatch', 4)
    expect(failure.driveState).toBe('untouched')
    expect(failure.details).toHaveProperty('expected')
  })

  test('names the first difference when the image is in the cache', async () => {
    const env = { XDG_CACHE_HOME: world.path('cache') }
    const drive = await world.makeDrive()
    expectDone(await world.call(['write', '--drive', drive.path, '--yes', '--json'], { env }))
    expectDone(await verify([], drive.path, env))
    await flip(drive.path, 4_000_001)
    const failure = expectFailed(await verify([], drive.path, env), 'verify-mismatch', 4)
    expect(failure.details).toMatchObject({ firstDifference: 4_000_001 })
  })

  test('finds a drive that is smaller than the image', async () => {
    const drive = await world.makeDrive(2 * mib)
    expectFailed(await verify([], drive.path), 'verify-mismatch', 4)
  })

  test('reads the image where the metadata state no hash of it', async () => {
    const stream = await world.publish(({ architectures }) => {
      delete architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!['uncompressed-sha256']
    })
    const drive = await driveWith(world.raw)
    const receipt = expectDone(await verify(['-s', stream], drive.path))
    expect(receipt.image).toMatchObject({ origin: 'signature', signature: { fingerprint: world.signer.fingerprint } })
    await flip(drive.path, 5_000_000)
    const failure = expectFailed(await verify(['-s', stream], drive.path), 'verify-mismatch', 4)
    expect(failure.details).toMatchObject({ firstDifference: 5_000_000 })
  })

  test('cannot verify against pxe, which is no image', async () => {
    expectFailed(await verify(['-f', 'pxe'], (await world.makeDrive()).path), 'verify-impossible', 1)
  })

  test('needs a drive', async () => {
    expect(expectFailed(await verify([], world.path('nowhere')), 'drive-missing', 3).driveState).toBe('untouched')
  })
})

describe('verify against an image', () => {
  test('compares byte by byte, and names the first difference', async () => {
    const drive = await driveWith(world.raw)
    const image = ['--image-file', await world.save('image.raw.xz', world.rawXz)]
    const receipt = expectDone(await verify(image, drive.path))
    expect(receipt.image).toMatchObject({ origin: 'signature', imageSize: world.raw.length })
    for (const offset of [6 * mib - 1, 1_234_567, 0]) {
      await flip(drive.path, offset)
      const failure = expectFailed(await verify(image, drive.path), 'verify-mismatch', 4)
      expect(failure).toMatchObject({ driveState: 'untouched', details: { firstDifference: offset } })
    }
  })

  test('names the drive’s end as the difference when the image is longer', async () => {
    const drive = await world.makeDrive(2 * mib)
    await writeFile(drive.path, world.raw.subarray(0, 2 * mib))
    const image = ['--image-file', await world.save('image.raw', world.raw)]
    const failure = expectFailed(await verify(image, drive.path), 'verify-mismatch', 4)
    expect(failure.details).toMatchObject({ firstDifference: 2 * mib })
  })

  test('compares with an image that nobody signed, and says so', async () => {
    const drive = await driveWith(world.raw)
    const image = await world.save('image.raw', world.raw, null)
    const receipt = expectDone(await verify(['--image-file', image], drive.path))
    expect(receipt.image.origin).toBe('none')
    expect(receipt.statement).toMatch(/The origin of the image is unknown/)
  })

  test('trusts no bad signature', async () => {
    const drive = await driveWith(world.raw)
    const image = await world.save('image.raw', world.raw, await world.signer.sign(world.iso))
    expectFailed(await verify(['--image-file', image], drive.path), 'signature-bad', 4)
  })

  test('compares with a URL', async () => {
    const drive = await driveWith(world.raw)
    expectDone(await verify(['-u', await world.serve('image.raw.xz', world.rawXz)], drive.path))
  })
})

describe('verify of a device', () => {
  test.skipIf(noDevices !== null)(`needs no exclusiveness, and warns of what is mounted${because}`, async () => {
    const loop = await makeLoop({ size: 16 * mib, partitions: [{ size: 8 * mib, fileSystem: 'ext4' }] })
    const mountpoint = world.path('mnt')
    try {
      await runTool('mkdir', mountpoint)
      await runTool('mount', '-o', 'ro', loop.partitions[0]!, mountpoint)
      const before = await readFile(loop.device)
      const image = await world.save('image.raw', before, null)
      const run = await verify(['--image-file', image], loop.device)
      expectDone(run)
      expect(warningsOf(run)).toEqual(['drive-mounted'])
      expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(mountpoint)
    } finally {
      await loop.dispose()
    }
  })

  test.skipIf(noDevices !== null)(`reads a drive that another program holds${because}`, async () => {
    const loop = await makeLoop({ size: 8 * mib })
    await fillWithOldBytes(loop.device, 8 * mib)
    const image = await world.save('image.raw', await readFile(loop.device), null)
    const holder = await holdOpen(loop.device, 'O_RDWR|O_EXCL')
    try {
      expectDone(await verify(['--image-file', image], loop.device))
    } finally {
      await holder.dispose()
      await loop.dispose()
    }
  })
})
