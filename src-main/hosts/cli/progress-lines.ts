import type { JobEvent } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { limitTexts, phaseTexts } from '../../../src-shared/progress-texts.ts'
import { formatEta, formatProgress, formatRate } from '../../../src-shared/units.ts'
import type { Streams } from './output.ts'

type Stderr = Streams['stderr']
type ProgressEvent = Extract<JobEvent, { event: 'progress' }>

/** Display of the progress of jobs. */
export interface ProgressLines {
  show(job: number, event: JobEvent): void
  /** Removes the line of a job that has ended, so that the terminal is ready for other output. */
  end(job: number): void
}

/** Minimum time between two lines in a pipe, in milliseconds. */
const pipeInterval = 5000

/**
 * Creates a progress display: on a terminal one line per job, updated in place; in a pipe a new
 * line from time to time.
 * @param names – prefixes of the lines if there are several jobs
 */
export function createProgressLines(stream: Stderr, names: (string | null)[]): ProgressLines {
  const prefixes = names.map((name) => (name === null ? '' : `${plain(name)}  `))
  // A dumb terminal shows escape sequences as text.
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? drawOver(stream, prefixes) : printLines(stream, prefixes)
}

function drawOver(stream: Stderr, prefixes: string[]): ProgressLines {
  const lines = prefixes.map((): string | null => null)
  let drawn = 0
  const clear = () => {
    if (drawn > 0) stream.write(`\r\u001b[K${'\u001b[A\u001b[K'.repeat(drawn - 1)}`)
    drawn = 0
  }
  const draw = () => {
    const shown = lines.filter((line) => line !== null)
    stream.write(shown.map((line) => line.slice(0, Math.max(20, (stream.columns || 80) - 1))).join('\n'))
    drawn = shown.length
  }
  return {
    show(job, event) {
      if (event.event === 'progress') {
        if (event.bytes === 0) return
        clear()
        lines[job] = `${prefixes[job]}${describeProgress(event, true)}`
        draw()
      } else {
        clear()
        lines[job] = null
        const line = describeEvent(event)
        if (line !== null) stream.write(`${prefixes[job]}${line}\n`)
        draw()
      }
    },
    end(job) {
      clear()
      lines[job] = null
    },
  }
}

function printLines(stream: Stderr, prefixes: string[]): ProgressLines {
  const printedAt = prefixes.map(() => performance.now())
  return {
    show(job, event) {
      if (event.event === 'progress') {
        if (performance.now() - printedAt[job]! < pipeInterval) return
        printedAt[job] = performance.now()
        stream.write(`${prefixes[job]}${describeProgress(event, false)}\n`)
      } else {
        const line = describeEvent(event)
        if (line !== null) stream.write(`${prefixes[job]}${line}\n`)
      }
    },
    end() {},
  }
}

function describeEvent(event: JobEvent): string | null {
  if (event.event === 'phase') return `${phaseTexts[event.phase]} …`
  if (event.event === 'proof') return `✓ ${event.statement}`
  if (event.event === 'warning') return `! ${event.message}`
  return null
}

function describeProgress(event: ProgressEvent, withBar: boolean): string {
  const { bytes, total, rate, eta, limit } = event
  const fraction = total === null || total === 0 ? null : Math.min(1, bytes / total)
  const parts = [
    ...(fraction === null ? [] : [`${String(Math.floor(fraction * 100)).padStart(3)} %`]),
    formatProgress(bytes, total),
    formatRate(rate),
    ...(eta === null ? [] : [formatEta(eta)]),
    ...(limit === null ? [] : [limitTexts[limit]]),
  ]
  const bar = withBar && fraction !== null ? `${drawBar(fraction, 20)} ` : ''
  return `  ${bar}${parts.join('  ')}`
}

const drawBar = (fraction: number, width: number) => {
  const filled = Math.round(fraction * width)
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`
}
