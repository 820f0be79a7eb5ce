import { drawTable } from '../../src-main/hosts/cli/draw-table.ts'
import type { Comparison } from './comparison.ts'
import type { Run } from './run-rounds.ts'

const mib = 1024 * 1024

/** A table of medians, with ratios to the baselines that ran, and who was left out. */
export function report({ title, contenders, baselines }: Comparison, runs: Run[]): string {
  const of = (name: string) => runs.filter(({ contender }) => contender === name)
  const bases = baselines.filter((name) => of(name).length > 0)
  const head = ['', 'time', 'min to max', 'CPU', 'peak memory', ...bases.map((name) => `time / ${name}`)]
  const memoryBase = bases[0]
  if (memoryBase) head.push(`memory / ${memoryBase}`)

  const rows = contenders
    .filter(({ name }) => of(name).length > 0)
    .map(({ name }) => {
      const own = of(name)
      const walls = own.map(({ wall }) => wall)
      const time = median(walls)
      const memory = median(own.map(({ peakMemory }) => peakMemory))
      const ratio = (base: string, value: (run: Run) => number, mine: number) =>
        name === base ? '1' : (mine / median(of(base).map(value))).toFixed(2)
      return [
        name,
        `${time.toFixed(1)} s`,
        `${Math.min(...walls).toFixed(1)} to ${Math.max(...walls).toFixed(1)}`,
        `${median(own.map(({ cpu }) => cpu)).toFixed(1)} s`,
        `${Math.round(memory / mib)} MiB`,
        ...bases.map((base) => ratio(base, ({ wall }) => wall, time)),
        ...(memoryBase ? [ratio(memoryBase, ({ peakMemory }) => peakMemory, memory)] : []),
      ]
    })
  const absent = contenders.filter(({ missing }) => missing !== null)
  return [
    title,
    '',
    drawTable(head, rows),
    ...contenders.flatMap(({ name }) => reportPhases(name, of(name))),
    ...absent.map(({ name, missing }) => `${name} is left out: ${missing} is missing.`),
  ].join('\n')
}

/** Where the time went, of contenders that tell; the rest is the start of the process and its end. */
function reportPhases(name: string, runs: Run[]): string[] {
  const phases = Object.keys(runs[0]?.phases ?? {})
  if (phases.length === 0) return []
  const seconds = (read: (run: Run) => number) => `${median(runs.map(read)).toFixed(2)} s`
  const told = phases.map((phase) => `${phase} ${seconds((run) => (run.phases[phase] ?? 0) / 1000)}`)
  const rest = seconds(({ wall, phases }) => wall - Object.values(phases).reduce((sum, part) => sum + part, 0) / 1000)
  return ['', `${name} by phase: ${told.join(', ')}, outside the job ${rest}`]
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
