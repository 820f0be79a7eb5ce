import { writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, release } from 'node:os'
import { reasonOf } from '../../src-shared/failure.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { makeBenchImage, measureOwnImage, type BenchImage } from './bench-image.ts'
import type { Comparison } from './comparison.ts'
import { LeftOut, type Bench } from './figure.ts'
import { figures, type FigureName } from './figures/index.ts'
import { readOptions, usage, type BenchOptions } from './options.ts'
import { report, reportVerdict } from './report.ts'
import { runRounds, type Rounds, type Run } from './run-rounds.ts'
import { summarize, type Summary } from './summarize.ts'

// Bundled into out/bench.mjs by `./dev bench`.

/** Result of a figure. */
type Outcome =
  | { figure: FigureName; comparison: Comparison; rounds: Rounds; summary: Summary }
  | { figure: FigureName; leftOut: string }
  | { figure: FigureName; failed: string }

const machine = `${availableParallelism()} cores, Linux ${release()}, Node ${process.version}`
const say = (words: string) => console.error(`bench: ${words}`)
const readLoad = () => loadavg()[0]!

async function bench(options: BenchOptions, signal: AbortSignal): Promise<Outcome[]> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('needs Linux and root for a loop device')
  const directory = await makeTemporaryDirectory('kindling-bench-')
  const surroundings: Bench = { images: findImages(options, signal), directory, signal }
  const outcomes: Outcome[] = []
  try {
    for (const figure of options.only) {
      say(`measuring ${figure}`)
      try {
        for await (const comparison of figures[figure](surroundings)) {
          const rounds = await runRounds(comparison, options.rounds, readLoad, tell, signal)
          const summary = summarize(comparison, rounds.runs)
          outcomes.push({ figure, comparison, rounds, summary })
          console.log(`${report(comparison, rounds, summary)}\n`)
        }
      } catch (error) {
        // One failed figure must not discard the results so far.
        signal.throwIfAborted()
        if (error instanceof LeftOut) outcomes.push({ figure, leftOut: error.message })
        else outcomes.push({ figure, failed: String(reasonOf(error)) })
        console.log(`${figure} ${error instanceof LeftOut ? 'is left out' : 'failed'}: ${String(reasonOf(error))}\n`)
      }
    }
    return outcomes
  } finally {
    await directory.dispose()
    if (options.json) await writeFile(options.json, JSON.stringify({ machine, outcomes }, withoutEnvironment, 2))
  }
}

/** Returns functions that make or read an image on first use. */
function findImages({ image: own, sizes }: BenchOptions, signal: AbortSignal): Bench['images'] {
  const found = new Map<string | number, Promise<BenchImage>>()
  const once = (key: string | number, words: string, find: () => Promise<BenchImage>) => {
    if (!found.has(key)) {
      say(words)
      found.set(key, find())
    }
    return found.get(key)!
  }
  const makeImage = (size: number) =>
    once(size, `making an image of ${size} MiB, unless it is in the cache directory`, () =>
      makeBenchImage(size, signal),
    )
  const readOwn = (path: string) => once(path, `reading ${path}`, () => measureOwnImage(path, signal))
  return own ? [() => readOwn(own)] : sizes.map((size) => () => makeImage(size))
}

function tell({ contender, round, wall, cpu, peakMemory, load }: Run): void {
  const memory = `${Math.round(peakMemory / 2 ** 20)} MiB`
  say(`round ${round}, ${contender}: ${wall.toFixed(2)} s, CPU ${cpu.toFixed(2)} s, ${memory}, load ${load.toFixed(1)}`)
}

/** Returns the text at the end: the conditions of measurement, and all targets again. */
function conclude(outcomes: Outcome[], rounds: number): string {
  const measured = outcomes.flatMap((outcome) => ('comparison' in outcome ? [outcome] : []))
  const loads = measured.flatMap((outcome) => outcome.rounds.runs.map(({ load }) => load))
  const range = loads.length > 0 ? `${Math.min(...loads)} to ${Math.max(...loads)}` : 'unknown'
  return `Medians of ${rounds} alternating rounds on ${machine}. Load average before each run: ${range}.
Time is from start to exit of the process, or what the row names; CPU user and system time of the whole process tree; peak
memory the sum of its processes' own resident peaks (VmHWM). Before each timed write the drive was filled with random bytes
(where nothing else is said), after it the drive's sha256 was the image's; neither is timed.

Targets, for 2 cores
${measured
  .flatMap(({ figure, summary }) => summary.verdicts.map((verdict) => `  ${figure}: ${reportVerdict(verdict)}`))
  .join('\n')}`
}

/** Leaves out the environment, which consists of paths of this machine. */
const withoutEnvironment = (key: string, value: unknown) => (key === 'env' ? undefined : value)

const hasFailed = (outcome: Outcome) =>
  'failed' in outcome || ('rounds' in outcome && Object.keys(outcome.rounds.failures).length > 0)

// An interrupt ends the running program and then disposes of the drive.
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupt.abort(new Error(`interrupted by ${signal}`)))

try {
  const options = readOptions(process.argv.slice(2))
  if (options === null) console.log(usage)
  else {
    const outcomes = await bench(options, interrupt.signal)
    console.log(conclude(outcomes, options.rounds))
    if (outcomes.some(hasFailed)) process.exitCode = 1
  }
} catch (error) {
  const reason = interrupt.signal.aborted ? interrupt.signal.reason : error
  say(reason instanceof Error ? reason.message : String(reason))
  process.exitCode = interrupt.signal.aborted ? 130 : 1
}
