import { reasonOf } from '../../src-shared/failure.ts'
import type { Comparison, Contender } from './comparison.ts'
import { measure, type Measurement } from './measure.ts'

export interface Run extends Measurement {
  contender: string
  round: number
  /** Milliseconds by phase, of contenders that tell. */
  phases: Record<string, number>
  /** The machine's load average over the last minute, just before. */
  load: number
}

export interface Rounds {
  runs: Run[]
  /** Contenders that failed, and with what words. They run no more, and what they did before does not count. */
  failures: Record<string, string>
}

/** Measures the contenders in turn, each round beginning with another, so that no one always follows the same. */
export async function runRounds(
  comparison: Comparison,
  rounds: number,
  readLoad: () => number,
  tell: (run: Run) => void,
  signal: AbortSignal,
): Promise<Rounds> {
  const present = comparison.contenders.filter(({ missing }) => missing === null)
  const runs: Run[] = []
  const failures: Record<string, string> = {}

  async function runOnce(contender: Contender, round: number): Promise<void> {
    await comparison.prepare?.(contender, signal)
    const load = readLoad()
    const { stdout, ...measured } = await measure(contender.command, contender.env, signal, comparison.costs)
    await comparison.check?.(contender, signal)
    const run = { contender: contender.name, round, ...measured, phases: contender.phases?.(stdout) ?? {}, load }
    runs.push(run)
    tell(run)
  }

  for (let round = 0; round < rounds; round++)
    for (const contender of rotate(present, round)) {
      if (contender.name in failures) continue
      try {
        await runOnce(contender, round + 1)
      } catch (error) {
        signal.throwIfAborted()
        failures[contender.name] = reasonOf(error)
      }
    }
  return { runs: runs.filter(({ contender }) => !(contender in failures)), failures }
}

const rotate = <T>(list: T[], by: number): T[] => list.map((_, index) => list[(index + by) % list.length]!)
