import { drawTable } from '../../src-main/hosts/cli/draw-table.ts'
import type { Comparison } from './comparison.ts'
import { median } from './median.ts'
import type { Rounds, Run } from './run-rounds.ts'
import type { Row, Summary, Verdict } from './summarize.ts'
import { mib } from '../support/files/mib.ts'

/**
 * Returns a table of medians with ratios to the baselines that ran, the targets, and the programs
 * that were left out.
 */
export function report(comparison: Comparison, { runs, failures }: Rounds, summary: Summary): string {
  const { rows, bounds, verdicts } = summary
  const absent = comparison.contenders.filter(({ missing }) => missing !== null)
  return [
    comparison.title,
    '',
    rows.length > 0 ? reportRows(comparison, rows, bounds) : 'Nothing was measured.',
    ...comparison.contenders.flatMap(({ name, moments = false }) =>
      moments
        ? []
        : reportPhases(
            name,
            runs.filter(({ contender }) => contender === name),
          ),
    ),
    ...paragraph(verdicts.map(reportVerdict)),
    ...paragraph(comparison.notes),
    ...paragraph(absent.map(({ name, missing }) => `${name} is left out: ${missing} is missing.`)),
    ...paragraph(Object.entries(failures).map(([name, reason]) => `${name} failed: ${reason.trim()}`)),
  ].join('\n')
}

/** Returns a verdict as a line: `kindling / etcher-sdk, time: 0.33, target at most 0.35: met`. */
export function reportVerdict({ of, row, base, must, limit, ratio, met }: Verdict): string {
  const ratios = `${row} / ${base}, ${of}: ${ratio === null ? 'not measured' : show(ratio)}`
  return `${ratios}, target ${must} ${show(limit)}${met === null ? '' : met ? ': met' : ': NOT MET'}`
}

function reportRows({ baselines, costs }: Comparison, rows: Row[], bounds: Summary['bounds']): string {
  const bases = baselines.flatMap((base) => [...rows, ...bounds].find(({ name }) => name === base) ?? [])
  const memoryBase = costs ? rows.find(({ name }) => name === baselines[0]) : undefined
  const hasRates = rows.some(({ rate }) => rate !== null)
  const head = [
    '',
    'time',
    'min to max',
    ...(hasRates ? ['rate'] : []),
    ...(costs ? ['CPU', 'peak memory'] : []),
    ...bases.map(({ name }) => `time / ${name}`),
    ...(memoryBase ? [`memory / ${memoryBase.name}`] : []),
  ]
  const ratio = (name: string, base: string, mine: number | null, its: number | null) =>
    name === base ? '1' : mine === null || its === null ? '' : show(mine / its)
  const ratios = (name: string, time: number, memory: number | null) => [
    ...bases.map((base) => ratio(name, base.name, time, base.time)),
    ...(memoryBase ? [ratio(name, memoryBase.name, memory, memoryBase.peakMemory)] : []),
  ]
  return drawTable(head, [
    ...rows.map(({ name, time, min, max, rate, cpu, peakMemory }) => [
      name,
      seconds(time),
      `${digits(min)} to ${digits(max)}`,
      ...(hasRates ? [rate === null ? '' : `${(rate / 1e6).toFixed(rate < 1e8 ? 1 : 0)} MB/s`] : []),
      ...(costs
        ? [cpu === null ? '' : seconds(cpu), peakMemory === null ? '' : `${Math.round(peakMemory / mib)} MiB`]
        : []),
      ...ratios(name, time, peakMemory),
    ]),
    ...bounds.map(({ name, time }) => [
      name,
      seconds(time),
      '',
      ...(hasRates ? [''] : []),
      ...(costs ? ['', ''] : []),
      ...ratios(name, time, null),
    ]),
  ])
}

/**
 * Reports the time of each phase, for contenders that print it. The rest is start and exit of the
 * process.
 */
function reportPhases(name: string, runs: Run[]): string[] {
  const phases = [...new Set(runs.flatMap((run) => Object.keys(run.phases)))]
  if (phases.length === 0) return []
  const medianOf = (read: (run: Run) => number) => `${median(runs.map(read)).toFixed(2)} s`
  const told = phases.map((phase) => `${phase} ${medianOf((run) => (run.phases[phase] ?? 0) / 1000)}`)
  const rest = medianOf(({ wall, phases }) => wall - Object.values(phases).reduce((sum, part) => sum + part, 0) / 1000)
  return ['', `${name} by phase: ${told.join(', ')}, outside of these ${rest}`]
}

const paragraph = (lines: string[]) => (lines.length > 0 ? ['', ...lines] : [])
const show = (ratio: number) => ratio.toFixed(2)
const digits = (time: number) => time.toFixed(time < 10 ? 2 : 1)
const seconds = (time: number) => `${digits(time)} s`
