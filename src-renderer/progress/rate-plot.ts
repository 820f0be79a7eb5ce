import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { ceilingOf } from './ceiling-of.ts'
import type { Columns } from '../job/rate-history.ts'

/** Style of a line. The colour is read at each draw, so that a theme change takes effect. */
export interface LineLook {
  stroke(): string
  dash: number[]
  width: number
}

/** Colours and font of the labels and the grid. */
interface Ink {
  words(): string
  grid(): string
  font(): string
}

export interface RatePlot {
  /** Shows these rates at the next scheduled draw. */
  show(columns: Columns): void
  /** Redraws after a change of colours. */
  refresh(): void
  dispose(): void
}

/**
 * Minimum time between two draws, in milliseconds. Faster updates would make the numbers hard to
 * read.
 */
const interval = 500
/** Minimum time span of the plot, in seconds. */
const leastSpan = 20
/** Possible distances between two time labels, in seconds. */
const marks = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200]
/** Minimum height for axes, in pixels. A lower plot shows only the lines. */
const heightForMarks = 72

/**
 * Creates a line plot over time on a canvas.
 * @param looks – the style of each line; the first line is drawn on top
 * @param ink – colours of the labels and the grid
 */
export function createRatePlot(
  place: HTMLElement,
  looks: LineLook[],
  ink: Ink,
  formatRate: (bytesPerSecond: number) => string,
): RatePlot {
  let columns: Columns = [[], ...looks.map(() => [])]
  let due: number | undefined
  let drawnAt = -Infinity

  const plot = new uPlot(
    { ...sizeOf(place), ...describePlot(looks, ink, formatRate, () => ceilingOf(columns)) },
    toDraw(),
    place,
  )
  const observer = new ResizeObserver(() => {
    const size = sizeOf(place)
    for (const each of plot.axes) each.show = size.height >= heightForMarks
    plot.setSize(size)
  })
  observer.observe(place)

  function toDraw(): uPlot.AlignedData {
    const [places, ...lines] = columns
    return [places, ...lines.toReversed()]
  }

  function schedule() {
    if (due !== undefined || document.hidden) return
    due = window.setTimeout(
      () => {
        due = undefined
        drawnAt = performance.now()
        plot.setData(toDraw())
      },
      Math.max(0, drawnAt + interval - performance.now()),
    )
  }
  // A hidden page draws nothing. Draw once when it becomes visible again.
  document.addEventListener('visibilitychange', schedule)

  return {
    show(next) {
      columns = next
      schedule()
    },
    refresh: () => plot.redraw(false),
    dispose() {
      window.clearTimeout(due)
      document.removeEventListener('visibilitychange', schedule)
      observer.disconnect()
      plot.destroy()
    },
  }
}

/** @param ceiling – returns the top of the scale; 0 before the first measurement */
function describePlot(
  looks: LineLook[],
  ink: Ink,
  formatRate: (bytesPerSecond: number) => string,
  ceiling: () => number,
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis = { stroke: ink.words, font: ink.font(), ticks: { show: false }, gap: 6 }
  return {
    // The left edge leaves room for half of the label 0.
    padding: [6, 0, null, 4],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: (_plot, _from, to) => [0, Math.max(leastSpan, to)] },
      y: { range: () => [0, Math.max(1, ceiling())] },
    },
    axes: [
      {
        ...axis,
        size: 22,
        incrs: marks,
        space: 96,
        grid: { show: false },
        values: (_plot, at) => at.map(formatClock),
      },
      {
        ...axis,
        side: 1,
        size: 76,
        space: 40,
        grid: { stroke: ink.grid, width: 1 },
        // Before the first measurement the grid has no scale, so label nothing.
        values: (_plot, rates) => rates.map((rate) => (rate === 0 || ceiling() === 0 ? '' : formatRate(rate))),
      },
    ],
    // The series are drawn in order, so reverse them: the first line comes last, on top.
    series: [{}, ...looks.toReversed().map((look) => ({ ...look, points: { show: false } }))],
  }
}

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({ width: clientWidth, height: clientHeight })

/**
 * Formats a time as "0", "0:30", "12:00" or "1:05:00".
 * @param at – time in seconds
 */
function formatClock(at: number): string {
  if (at === 0) return '0'
  const [hours, minutes, seconds] = [Math.floor(at / 3600), Math.floor(at / 60) % 60, Math.floor(at % 60)]
  const twoDigits = (value: number) => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${twoDigits(seconds)}` : `${minutes}:${twoDigits(seconds)}`
}
