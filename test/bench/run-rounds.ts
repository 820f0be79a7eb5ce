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

/** Measures the contenders in turn, each round beginning with another, so that no one always follows the same. */
export async function runRounds(
  comparison: Comparison,
  rounds: number,
  readLoad: () => number,
  tell: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run[]> {
  const present = comparison.contenders.filter(({ missing }) => missing === null)
  const runs: Run[] = []
  for (let round = 0; round < rounds; round++)
    for (const contender of rotate(present, round)) {
      await comparison.prepare(signal)
      const load = readLoad()
      const { stdout, ...measured } = await measure(contender.command, contender.env, signal)
      await comparison.check(signal).catch((error: unknown) => {
        throw new Error(`After ${contender.name}: ${error instanceof Error ? error.message : error}`, { cause: error })
      })
      const run = {
        contender: contender.name,
        round: round + 1,
        ...measured,
        phases: readPhases(contender, stdout),
        load,
      }
      runs.push(run)
      tell(run)
    }
  return runs
}

const rotate = <T>(list: T[], by: number): T[] => list.map((_, index) => list[(index + by) % list.length]!)
const readPhases = ({ phases }: Contender, stdout: string) => phases?.(stdout) ?? {}
