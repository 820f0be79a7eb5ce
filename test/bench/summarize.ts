import { whole, type Bound, type Comparison, type Contender, type Target } from './comparison.ts'
import { median } from './median.ts'
import type { Run } from './run-rounds.ts'

/** Medians of one contender, or of one of its phases. */
export interface Row {
  name: string
  /** Time in seconds. */
  time: number
  min: number
  max: number
  /** Rate in bytes per second, or null if the amount of work is not known. */
  rate: number | null
  /** CPU time in seconds; null for a phase. */
  cpu: number | null
  /** Peak memory in bytes; null for a phase. */
  peakMemory: number | null
}

export interface Verdict extends Target {
  /** The measured ratio, or null if one of the two did not run. */
  ratio: number | null
  met: boolean | null
}

export interface Summary {
  rows: Row[]
  bounds: Bound[]
  verdicts: Verdict[]
}

export function summarize(comparison: Comparison, runs: Run[]): Summary {
  const rows = comparison.contenders.flatMap((contender) =>
    (contender.rows ?? [whole]).flatMap((part) => summarizeRow(contender, part, runs)),
  )
  const timeOf = (name: string) => rows.find((row) => row.name === name)?.time ?? null
  const bounds = comparison.bounds?.(timeOf) ?? []
  return { rows, bounds, verdicts: comparison.targets.map((target) => judge(target, rows, bounds)) }
}

function summarizeRow({ name, bytes }: Contender, part: string, runs: Run[]): Row[] {
  const own = runs.filter(({ contender }) => contender === name)
  if (own.length === 0) return []
  const times = own.map(({ wall, phases }) => (part === whole ? wall : (phases[part] ?? NaN) / 1000))
  const time = median(times)
  // A run did not have this phase.
  if (Number.isNaN(time)) return []
  return [
    {
      name: part === whole ? name : `${name}: ${part}`,
      time,
      min: Math.min(...times),
      max: Math.max(...times),
      rate: bytes === undefined ? null : bytes / time,
      cpu: part === whole ? median(own.map(({ cpu }) => cpu)) : null,
      peakMemory: part === whole ? median(own.map(({ peakMemory }) => peakMemory)) : null,
    },
  ]
}

function judge(target: Target, rows: Row[], bounds: Bound[]): Verdict {
  const mine = rows.find(({ name }) => name === target.row)
  const base = rows.find(({ name }) => name === target.base)
  const baseTime = base?.time ?? bounds.find(({ name }) => name === target.base)?.time
  const ratio = {
    time: divide(mine?.time, baseTime),
    rate: divide(baseTime, mine?.time),
    memory: divide(mine?.peakMemory, base?.peakMemory),
  }[target.of]
  return { ...target, ratio, met: ratio === null ? null : isMet(target, ratio) }
}

function isMet({ must, limit }: Target, ratio: number): boolean {
  if (must === 'at least') return ratio >= limit
  return must === 'below' ? ratio < limit : ratio <= limit
}

/** Returns the quotient, or null if one of the values is not known. */
function divide(a: number | null | undefined, b: number | null | undefined): number | null {
  const quotient = (a ?? NaN) / (b ?? NaN)
  return Number.isFinite(quotient) ? quotient : null
}
