import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gz, xz, zst } from '../support/images/compress.ts'
import { makeRawImage } from '../support/images/coreos-image.ts'
import { fillWithOldBytes, makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { makeLoop, makeZram, run as runTool, type Device } from '../support/drives/devices.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectDone, expectFailed, phasesOf, warningsOf } from '../support/expect/expect-events.ts'
import { makeSigner } from '../support/mirror/gpg.ts'
import { testWith } from '../support/run/needs.ts'
import { makeNoise } from '../support/images/random-bytes.ts'
import { mib } from '../support/files/mib.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld()
})
afterAll(() => world.dispose())

/** Writes with `--json` to a new drive file, and compares every byte of it. */
async function writeToFile(source: string[], image: Buffer, size?: number, how: 'call' | 'kindling' = 'call') {
  const drive = await world.makeDrive(size)
  const run = await world[how](['write', ...source, '--drive', drive.path, '--yes', '--json'])
  const receipt = expectDone(run)
  const unit = drive.before.length % 4096 === 0 ? 4096 : 1
  expectDriveState(receipt.drive!.state, { before: drive.before, after: await drive.read(), image, unit })
  return { run, receipt }
}

describe('write to a disk-image file', () => {
  test('writes the stream’s raw.xz, proves it and reads it back', async () => {
    const { run, receipt } = await writeToFile([], world.raw, undefined, 'kindling')
    expect(phasesOf(run)).toEqual(['signature', 'prepare', 'write', 'flush', 'read-back', 'finish'])
    const published = world.metadata.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!
    expect(receipt).toMatchObject({
      job: 'write',
      image: {
        location: published.location,
        stream: 'stable',
        architecture: world.architecture,
        platform: 'metal',
        format: 'raw.xz',
        release: world.release,
        fromCache: false,
        size: world.rawXz.length,
        imageSize: world.raw.length,
        sha256: { actual: published.sha256, expected: published.sha256, from: 'stream' },
        uncompressedSha256: { actual: published['uncompressed-sha256'], from: 'stream' },
        origin: 'signature',
        signature: { fingerprint: world.signer.fingerprint, trustedBy: 'keyring' },
      },
      drive: {
        state: 'proved',
        bytesWritten: world.raw.length,
        readBackSha256: published['uncompressed-sha256'],
        pastCache: true,
      },
      warnings: [],
    })
    const proofs = run.events.flatMap((event) => (event.event === 'proof' ? [event.proof] : []))
    expect(proofs.toSorted()).toEqual(['read-back', 'sha256', 'signature', 'uncompressed-sha256'])
  })

  test('takes a signature by an Ed25519 key', async () => {
    const signer = await makeSigner({ algorithm: 'ed25519' })
    const keyring = world.path('keyring.asc')
    await writeFile(keyring, signer.armoredPublicKey)
    const file = await world.save('image.raw', world.raw, await signer.sign(world.raw))
    await writeToFile(['--image-file', file, '--keyring', keyring], world.raw)
    await signer.dispose()
  })

  test('writes the stream’s iso', async () => {
    await writeToFile(['-f', 'iso'], world.iso)
  })

  test('writes an image with long stretches of zeros', async () => {
    const image = Buffer.from(world.raw)
    image.fill(0, 2 * mib, 5 * mib)
    await writeToFile(['--image-file', await world.save('image.raw.xz', await xz(image, { blockSize: '3MiB' }))], image)
  })

  test('takes the URL of a file for the file', async () => {
    const { href } = pathToFileURL(await world.save('an image.raw.xz', world.rawXz))
    for (const option of ['--image-file', '--image-url']) await writeToFile([option, href], world.raw)
  })

  test('writes any sector size to a file', async () => {
    await writeToFile(['-f', '4k.raw.xz'], world.raw4k)
  })

  test('writes .gz, from a server and from a file', async () => {
    const bytes = await gz(world.raw)
    await writeToFile(['-u', await world.serve('image.raw.gz', bytes)], world.raw)
    await writeToFile(['--image-file', await world.save('image.raw.gz', bytes)], world.raw)
  })

  test('does not take a Content-Encoding for the file’s own compression', async () => {
    const url = await world.serve('encoded.raw.gz', await gz(world.raw))
    world.mirror.fault(url, { kind: 'header', name: 'content-encoding', value: 'gzip' })
    await writeToFile(['-u', url], world.raw)
  })

  testWith(['command:zstd'], 'writes .zst', async () => {
    const bytes = await zst(world.raw)
    await writeToFile(['-u', await world.serve('image.raw.zst', bytes)], world.raw)
    await writeToFile(['--image-file', await world.save('image.raw.zst', bytes)], world.raw)
  })

  test('tells compression by the bytes, not by the name', async () => {
    await writeToFile(['--image-file', await world.save('image', world.rawXz)], world.raw)
    await writeToFile(['-u', await world.serve('download', world.rawXz)], world.raw)
  })

  test('writes a plain raw image, from a server and from a file', async () => {
    const { receipt } = await writeToFile(['-u', await world.serve('image.raw', world.raw)], world.raw)
    expect(receipt.image).toMatchObject({ stream: null, origin: 'signature', imageSize: world.raw.length })
    const { run } = await writeToFile(['--image-file', await world.save('image.raw', world.raw)], world.raw)
    expect(phasesOf(run)).toEqual(['signature', 'prove', 'prepare', 'write', 'flush', 'read-back', 'finish'])
  })

  test('writes bytes that have no partition table when the user accepts them, and says so', async () => {
    const plain = Buffer.alloc(3 * mib, 'nothing to boot ')
    const image = ['--image-file', await world.save('plain.raw', plain), '--accept-unrecognized-image']
    const { receipt } = await writeToFile(image, plain)
    expect(receipt.warnings).toMatchObject([{ code: 'image-unrecognized' }])
  })

  test('pads an image that ends inside a sector with zeros', async () => {
    for (const size of [3 * mib + 1, 300_001, 1]) {
      const image = size < 128 * 1024 ? Buffer.from('x') : makeRawImage({ size })
      await writeToFile(['--image-file', await world.save('odd.raw', image), '--accept-unrecognized-image'], image)
    }
  })

  test('fills a drive to its last byte', async () => {
    await writeToFile([], world.raw, world.raw.length)
    const odd = makeRawImage({ size: 2 * mib + 7 })
    await writeToFile(['--image-file', await world.save('odd.raw', odd)], odd, odd.length)
  })

  test('says so when --no-verify leaves the read-back out', async () => {
    const { run, receipt } = await writeToFile(['--no-verify'], world.raw)
    expect(phasesOf(run)).toEqual(['signature', 'prepare', 'write', 'flush', 'finish'])
    expect(receipt.drive).toMatchObject({ state: 'written-not-read-back', readBackSha256: null })
    expect(receipt.statement).toMatch(/not read back/)
  })

  test('writes a second time from the cache, proved again, when no server is in reach', async () => {
    const mortal = await makeCliWorld()
    const env = { XDG_CACHE_HOME: mortal.path('cache') }
    const write = async () => {
      const drive = await mortal.makeDrive()
      const run = await mortal.call(['write', '--drive', drive.path, '--yes', '--json'], { env })
      const receipt = expectDone(run)
      expectDriveState('proved', { before: drive.before, after: await drive.read(), image: mortal.raw })
      return { run, image: receipt.image }
    }
    try {
      expect((await write()).image.fromCache).toBe(false)
      await mortal.mirror.close()
      const { run, image } = await write()
      expect(image).toMatchObject({ fromCache: true, origin: 'signature', sha256: { from: 'stream' } })
      expect(phasesOf(run)).toEqual(['signature', 'prove', 'prepare', 'write', 'flush', 'read-back', 'finish'])
    } finally {
      await mortal.dispose()
    }
  })
})

describe('what proves an image', () => {
  testWith(
    ['linux'],
    'is looked for under a name that can be opened: one that is not UTF-8 is told first',
    async () => {
      const image = await world.save('image.raw.xz', world.rawXz)
      const drive = await world.makeDrive()
      for (const option of ['--image-file', '--keyring', '--drive']) {
        // The shell adds the byte, which no Node argument can contain.
        const script =
          'name=$(printf "$0/\\377.raw.xz"); mkdir "$0"; cp "$1" "$name"; option=$2; shift 2; exec "$@" "$option" "$name"'
        const failed = await world.kindling(['write', '--drive', drive.path, '--yes', '--json'], {
          as: (program) => ['sh', '-c', script, world.path('folder'), image, option, ...program],
        })
        expect(expectFailed(failed, 'name-not-utf8', 2).driveState).toBe('untouched')
      }
    },
  )

  const sha256 = () =>
    world.metadata.architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk']!.sha256

  test('is the signature beside it, found without being named', async () => {
    const { receipt } = await writeToFile(['-u', await world.serve('image.raw.xz', world.rawXz)], world.raw)
    expect(receipt.image.signature?.fingerprint).toBe(world.signer.fingerprint)
  })

  test('is a signature elsewhere, a file or a URL, binary or armored', async () => {
    const image = await world.save('image.raw.xz', world.rawXz, null)
    const armored = await world.signer.sign(world.rawXz, { armored: true })
    const file = await world.save('elsewhere.asc', armored, null)
    const url = await world.serve('elsewhere.sig', await world.signer.sign(world.rawXz), null)
    for (const signature of [file, url]) {
      const { receipt } = await writeToFile(['--image-file', image, '--signature', signature], world.raw)
      expect(receipt.image.origin).toBe('signature')
    }
  })

  test('is a sha256 where a file or URL has no signature', async () => {
    for (const [source, sum] of [
      [['--image-file', await world.save('image.raw.xz', world.rawXz, null)], `SHA256 (image.raw.xz) = ${sha256()}`],
      [['-u', await world.serve('image.raw.xz', world.rawXz, null)], sha256().toUpperCase()],
    ] as const) {
      const { receipt } = await writeToFile([...source, '--sha256', sum], world.raw)
      expect(receipt.image).toMatchObject({ origin: 'sha256', signature: null, sha256: { from: 'person' } })
      expect(receipt.statement).toMatch(/matches the SHA-256 that you gave\. The signature was not checked/)
    }
  })

  test('is a sum of a list that lies beside the image', async () => {
    const image = await world.serve('image.raw.xz', world.rawXz, null)
    const list = await world.mirror.put(
      new URL('SHA256SUMS', image).pathname.slice(1),
      `${'0'.repeat(64)}  other.raw.xz\n${sha256()}  ./image.raw.xz\n`,
    )
    const { receipt } = await writeToFile(['-u', image, '--checksum-file', list], world.raw)
    expect(receipt.image).toMatchObject({
      ...{ origin: 'sha256', signature: null, checksumFile: { location: list } },
      sha256: { expected: sha256(), from: 'person' },
    })
  })

  test('is nothing with --insecure, and the receipt says so', async () => {
    const image = await world.save('image.raw.xz', world.rawXz, null)
    const { receipt } = await writeToFile(['--image-file', image, '--insecure'], world.raw)
    expect(receipt.image).toMatchObject({ origin: 'none', signature: null, sha256: { expected: null } })
    expect(receipt.statement).toMatch(/The origin of the image is unknown/)
  })

  test('is a stream’s sha256 alone with --insecure, where the stream names no signature', async () => {
    const stream = await world.publish(({ architectures }) => {
      delete (
        architectures[world.architecture]!.artifacts['metal']!.formats['raw.xz']!['disk'] as { signature?: string }
      ).signature
    })
    const { receipt } = await writeToFile(['-s', stream, '--insecure'], world.raw)
    expect(receipt.image).toMatchObject({ origin: 'none', sha256: { expected: sha256(), from: 'stream' } })
  })
})

describe('write to a block device', () => {
  async function writeTo(device: Device, size: number, unit: number, source: string[], image: Buffer) {
    try {
      const before = await fillWithOldBytes(device.device, size)
      const run = await world.call(['write', ...source, '--drive', device.device, '--yes', '--json'])
      const receipt = expectDone(run)
      const after = await readFile(device.device)
      expectDriveState(receipt.drive!.state, { before, after, image, unit })
      expect(receipt.drive).toMatchObject({ state: 'proved', pastCache: true })
      return { run, receipt }
    } finally {
      await device.dispose()
    }
  }

  testWith(['zram', 'loop', 'mount'], 'writes a loop device with 512-byte sectors', async () => {
    await writeTo(await makeLoop({ size: 8 * mib }), 8 * mib, 512, [], world.raw)
  })

  testWith(['zram', 'loop', 'mount'], 'writes the 4k image to a loop device with 4096-byte sectors', async () => {
    await writeTo(await makeLoop({ size: 8 * mib, sectorSize: 4096 }), 8 * mib, 4096, ['-f', '4k.raw.xz'], world.raw4k)
  })

  testWith(
    ['zram', 'loop', 'mount'],
    'writes the 4k image to a zram drive, and warns that its partitions are not seen',
    async () => {
      const { run } = await writeTo(await makeZram(8 * mib), 8 * mib, 4096, ['-f', '4k.raw.xz'], world.raw4k)
      expect(warningsOf(run).filter((code) => code !== 'partition-table-not-reread')).toEqual([])
    },
  )

  testWith(['zram', 'loop', 'mount'], 'writes an iso to either sector size', async () => {
    await writeTo(await makeLoop({ size: 4 * mib }), 4 * mib, 512, ['-f', 'iso'], world.iso)
    await writeTo(await makeZram(4 * mib), 4 * mib, 4096, ['-f', 'iso'], world.iso)
  })

  testWith(['zram', 'loop', 'mount'], 'fills a device to its last byte', async () => {
    await writeTo(await makeLoop({ size: world.raw.length }), world.raw.length, 512, [], world.raw)
  })

  testWith(['loop'], 'fills a device of a MiB, and a smaller one', async () => {
    for (const size of [mib, 64 * 1024]) {
      const image = makeNoise(size, 4)
      const options = ['--image-file', await world.save('small.raw', image), '--accept-unrecognized-image']
      await writeTo(await makeLoop({ size }), size, 512, options, image)
    }
  })

  testWith(['zram', 'loop', 'mount'], 'unmounts what is mounted from the drive, and writes it', async () => {
    const loop = await makeLoop({ size: 16 * mib, partitions: [{ size: 8 * mib, fileSystem: 'ext4', label: 'old' }] })
    const mountpoint = world.path('mnt')
    try {
      await runTool('mkdir', mountpoint)
      await runTool('mount', loop.partitions[0]!, mountpoint)
      const run = await world.kindling(['write', '--drive', loop.device, '--yes', '--json'])
      expectDone(run)
      const after = await readFile(loop.device)
      expect(after.subarray(0, world.raw.length).equals(world.raw)).toBe(true)
      expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(mountpoint)
    } finally {
      await loop.dispose()
    }
  })
})
