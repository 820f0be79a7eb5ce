import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runKindling } from '../support/worlds/run-kindling.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { makeSlowXz } from '../support/images/slow-xz.ts'
import { mib } from '../support/files/mib.ts'

const missing =
  process.platform !== 'linux' ? 'needs /proc' : availableParallelism() < 2 ? 'needs two cores' : undefined

/**
 * Prints the kernel's peak memory figure for the process at exit. Worker threads load this script
 * too, and print nothing.
 */
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
    // Its blocks are larger than the largest ring.
    await writeImage('large', 80 * mib, 2)
    await writeImage('small', mib, 1)
    base = await peakOf('small', '170M')
  })
  afterAll(() => directory.dispose())

  const writeImage = async (name: string, blockSize: number, count: number): Promise<void> =>
    writeFile(directory.file(`${name}.raw.xz`), (await makeSlowXz(blockSize, count)).bytes)

  /** Returns the peak memory use, in bytes. */
  async function peakOf(name: string, memory: string): Promise<number> {
    const into = directory.file(`${name}-${memory}`)
    const image = ['--image-file', directory.file(`${name}.raw.xz`), '--insecure']
    const run = await runKindling(['download', ...image, '--decompress', '--directory', into, '--memory', memory], {
      env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellPeak)}` },
    })
    expect(run).toMatchObject({ code: 0 })
    return Number(/peak (\d+)$/.exec(run.stderr)![1]) * 1024
  }

  // Allowance for uncollected heap and buffers in transit, in bytes.
  const slack = 32 * mib

  test('holds one thread to its number, and two to a larger one, which they use', async () => {
    const one = (await peakOf('large', '170M')) - base
    const two = (await peakOf('large', '350M')) - base
    expect(one).toBeLessThan(170 * mib + slack)
    expect(two).toBeLessThan(350 * mib + slack)
    // The difference must cover a second ring.
    expect(two - one).toBeGreaterThan(64 * mib)
  })
})
