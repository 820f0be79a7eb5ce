import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { makeLoop } from '../support/drives/devices.ts'
import type { BenchImage } from './bench-image.ts'
import { mib } from '../support/files/mib.ts'

/**
 * A loop device over its own file, with direct I/O, and the operations on it between the timed
 * runs.
 */
export interface BenchDrive {
  device: string
  /** Fills the drive with random bytes, so that no old image is left on it. */
  scrub(signal: AbortSignal): Promise<void>
  /** Fills the drive with zeros, by ordinary writes. */
  clear(signal: AbortSignal): Promise<void>
  /** Writes an image to the drive. */
  fill(image: BenchImage, signal: AbortSignal): Promise<void>
  /**
   * Reads the drive with direct I/O and compares it with the image.
   * @throws Error if the drive does not contain the image
   */
  mustHold(image: BenchImage, signal: AbortSignal): Promise<void>
  dispose(): Promise<void>
}

/**
 * Makes a drive a little larger than the image.
 * @param imageSize – in bytes
 */
export async function makeBenchDrive(imageSize: number): Promise<BenchDrive> {
  const blocks = Math.ceil(imageSize / mib) + 8
  const { device, dispose } = await makeLoop({ size: blocks * mib })
  const fill = `dd of=${device} bs=1M count=${blocks} iflag=fullblock oflag=direct conv=fsync status=none`
  return {
    device,
    dispose,
    async scrub(signal) {
      // The output of a cipher, because the kernel's random device is slower than the drive.
      const [key, iv] = [randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString('hex'))
      for await (const _ of bash(
        `openssl enc -aes-128-ctr -K ${key} -iv ${iv} </dev/zero 2>/dev/null | ${fill}`,
        signal,
      ));
    },
    async clear(signal) {
      for await (const _ of bash(`${fill} if=/dev/zero`, signal));
    },
    async fill({ path }, signal) {
      const write = `dd of=${device} bs=1M iflag=fullblock oflag=direct conv=fsync status=none`
      for await (const _ of bash(`set -o pipefail; xz -T0 -dc '${path}' | ${write}`, signal));
    },
    async mustHold({ rawSize, rawSha256 }, signal) {
      const sha256 = createHash('sha256')
      const read = `dd if=${device} bs=1M count=${Math.ceil(rawSize / mib)} iflag=direct status=none`
      let left = rawSize
      for await (const chunk of bash(read, signal)) {
        sha256.update(chunk.subarray(0, left))
        left -= Math.min(left, chunk.length)
      }
      const found = sha256.digest('hex')
      if (found !== rawSha256)
        throw new Error(`the drive does not hold the image: its sha256 is ${found}, not ${rawSha256}`)
    },
  }
}

/**
 * Runs a line of bash and yields its stdout.
 * @throws Error if its last command fails
 */
async function* bash(line: string, signal: AbortSignal): AsyncIterable<Buffer> {
  const child = spawn('bash', ['-c', line], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const ended = new Promise<void>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? settle() : reject(new Error(`${line} ended with ${code}`))))
  })
  // Avoids an unhandled rejection; the promise is awaited at the end of the output.
  ended.catch(() => undefined)
  yield* child.stdout as AsyncIterable<Buffer>
  await ended
}
