import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { makeLoop } from '../support/devices.ts'

/** A loop device over a file of its own, past the cache, and what is done to it between the timed runs. */
export interface BenchDrive {
  device: string
  /** Fills it with random bytes, so that nobody finds an image there. */
  scrub(signal: AbortSignal): Promise<void>
  /** sha256 of its first bytes, read past the cache. */
  hash(bytes: number, signal: AbortSignal): Promise<string>
  dispose(): Promise<void>
}

const mib = 1024 * 1024

/** @param imageSize bytes; the drive is a little larger */
export async function makeBenchDrive(imageSize: number): Promise<BenchDrive> {
  const blocks = Math.ceil(imageSize / mib) + 8
  const { device, dispose } = await makeLoop({ size: blocks * mib })
  return {
    device,
    dispose,
    async scrub(signal) {
      const args = ['if=/dev/urandom', `of=${device}`, 'bs=1M', `count=${blocks}`, 'iflag=fullblock', 'oflag=direct']
      for await (const _ of dd([...args, 'conv=fsync'], signal));
    },
    async hash(bytes, signal) {
      const sha256 = createHash('sha256')
      const args = [`if=${device}`, 'bs=1M', `count=${Math.ceil(bytes / mib)}`, 'iflag=direct']
      let left = bytes
      for await (const chunk of dd(args, signal)) {
        sha256.update(chunk.subarray(0, left))
        left -= Math.min(left, chunk.length)
      }
      return sha256.digest('hex')
    },
  }
}

async function* dd(args: string[], signal: AbortSignal): AsyncIterable<Buffer> {
  const child = spawn('dd', [...args, 'status=none'], { stdio: ['ignore', 'pipe', 'inherit'], signal })
  const ended = new Promise<void>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? settle() : reject(new Error(`dd ${args.join(' ')} ended with ${code}`))))
  })
  // Awaited when its output is at its end.
  ended.catch(() => undefined)
  yield* child.stdout as AsyncIterable<Buffer>
  await ended
}
