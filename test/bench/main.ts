import { writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, release } from 'node:os'
import { makeTemporaryDirectory } from '../support/temporary.ts'
import { makeBenchDrive } from './bench-drive.ts'
import { makeBenchImage, measureOwnImage } from './bench-image.ts'
import { readOptions, usage, type BenchOptions } from './options.ts'
import { report } from './report.ts'
import { runRounds, type Run } from './run-rounds.ts'
import { compareWholeWrite } from './whole-write.ts'

// Bundled into out/bench.mjs by `./dev bench`.

const say = (words: string) => console.error(`bench: ${words}`)
const readLoad = () => loadavg()[0]!

async function bench({ rounds, size, image: own, json }: BenchOptions, signal: AbortSignal): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('needs Linux and root for a loop device')
  say(own ? `reading ${own}` : `making an image of ${size} MiB, unless it is in the cache directory`)
  const image = await (own ? measureOwnImage(own, signal) : makeBenchImage(size, signal))
  const home = await makeTemporaryDirectory('kindling-bench-')
  const drive = await makeBenchDrive(image.rawSize)
  try {
    const machine = `${availableParallelism()} cores, Linux ${release()}, Node ${process.version}`
    const comparison = compareWholeWrite(image, drive, home.path)
    const runs = await runRounds(comparison, rounds, readLoad, tell, signal)
    const loads = runs.map(({ load }) => load)
    console.log(`${report(comparison, runs)}

Medians of ${rounds} alternating rounds on ${machine}. Load average before each run: ${Math.min(...loads)} to ${Math.max(...loads)}.
CPU is user and system time of the whole process tree; peak memory the sum of its processes' own resident peaks (VmHWM).
Before each run the drive was filled with random bytes, after it the drive's sha256 was the image's.`)
    if (json) await writeFile(json, JSON.stringify({ machine, image, comparisons: [{ ...comparison, runs }] }, null, 2))
  } finally {
    await drive.dispose()
    await home.dispose()
  }
}

function tell({ contender, round, wall, cpu, peakMemory, load }: Run): void {
  const memory = `${Math.round(peakMemory / 2 ** 20)} MiB`
  say(`round ${round}, ${contender}: ${wall.toFixed(2)} s, CPU ${cpu.toFixed(2)} s, ${memory}, load ${load.toFixed(1)}`)
}

// An interrupt ends the program that runs, and then takes the drive apart.
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupt.abort(new Error(`interrupted by ${signal}`)))

try {
  const options = readOptions(process.argv.slice(2))
  if (options === null) console.log(usage)
  else await bench(options, interrupt.signal)
} catch (error) {
  const reason = interrupt.signal.aborted ? interrupt.signal.reason : error
  say(reason instanceof Error ? reason.message : String(reason))
  process.exitCode = interrupt.signal.aborted ? 130 : 1
}
