import { reasonOf } from '../../src-shared/failure.ts'
import type { Comparison, Contender } from './comparison.ts'
import { measure, type Measurement } from './measure.ts'

export interface Run extends Measurement {
  contender: string
  round: number
  /** Duration of each phase in milliseconds, if the contender prints it. */
  phases: Record<string, number>
  /** Load average of the machine over the last minute, just before the run. */
  load: number
}

export interface Rounds {
  runs: Run[]
  /**
   * Error message of each failed contender. It does not run again, and its earlier runs do not
   * count.
   */
  failures: Record<string, string>
}

/**
 * Measures the contenders in turn. Each round starts with another contender, so that a contender
 * does not always run after the same one.
 */
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
        failures[contender.name] = String(reasonOf(error))
      }
    }
  return { runs: runs.filter(({ contender }) => !(contender in failures)), failures }
}

const rotate = <T>(list: T[], by: number): T[] => list.map((_, index) => list[(index + by) % list.length]!)
