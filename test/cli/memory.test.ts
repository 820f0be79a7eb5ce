import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNoise } from '../support/images/random-bytes.ts'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts'
import { buildBlock, buildStream, type BuiltBlock } from '../support/images/xz-framing.ts'

const MiB = 1024 * 1024
const missing =
  process.platform !== 'linux' ? 'needs /proc' : availableParallelism() < 2 ? 'needs two cores' : undefined

/** The kernel's own figure for a process, told when it ends. Threads run this, too, and have nothing to tell. */
const tellPeak = `
import { readFileSync, writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
const peak = () => /^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]
if (isMainThread) process.on('exit', () => writeSync(2, 'peak ' + peak()))`

describe.skipIf(missing)(`--memory${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let directory: TemporaryDirectory
  let base: number
  beforeAll(async () => {
    directory = await makeTemporaryDirectory()
    await writeImage('large', 80 * MiB, 4)
    await writeImage('small', MiB, 1)
    base = await peakOf('small', '170M')
  })
  afterAll(() => directory.dispose())

  /** Bytes that fill the largest dictionary and that a thread decodes faster than one can hash them. */
  async function writeImage(name: string, blockSize: number, count: number): Promise<void> {
    const raw = Buffer.alloc(blockSize, makeNoise(MiB, 7))
    const block = await buildBlock({ raw, check: 0, data: storeChunks(raw), filters: [[0x21, [28]]] })
    const { bytes } = buildStream({ check: 0, blocks: Array<BuiltBlock>(count).fill(block) })
    const file = await open(directory.file(`${name}.raw.xz`), 'w')
    await file.writeFile(bytes)
    await file.close()
  }

  /** Bytes. */
  async function peakOf(name: string, memory: string): Promise<number> {
    const into = directory.file(`${name}-${memory}`)
    const image = ['--image-file', directory.file(`${name}.raw.xz`), '--insecure']
    const run = await runKindling(['download', ...image, '--decompress', '--directory', into, '--memory', memory], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellPeak)}` },
    })
    expect(run).toMatchObject({ code: 0 })
    return Number(/peak (\d+)$/.exec(run.stderr)![1]) * 1024
  }

  // What a heap that is not collected yet and buffers on their way may take besides.
  const slack = 32 * MiB

  it('holds one thread to its number, and two to a larger one, which they use', async () => {
    const one = (await peakOf('large', '170M')) - base
    const two = (await peakOf('large', '350M')) - base
    expect(one).toBeLessThan(170 * MiB + slack)
    expect(two).toBeLessThan(350 * MiB + slack)
    // Another dictionary, and a block that waits.
    expect(two - one).toBeGreaterThan(96 * MiB)
  })
})

/** LZMA2 chunks that hold their bytes as they are: 1 begins with an empty dictionary, 2 goes on (format 5.3.1). */
function storeChunks(raw: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < raw.length; at += 65_536) {
    const part = raw.subarray(at, at + 65_536)
    parts.push(Buffer.from([at === 0 ? 1 : 2, (part.length - 1) >> 8, (part.length - 1) & 0xff]), part)
  }
  return Buffer.concat([...parts, Buffer.from([0])])
}
