import type { JobEvent, Limit } from '../../../src-shared/job.ts'
import type { Phase } from '../../../src-shared/phase.ts'
import { formatEta, formatProgress, formatRate } from '../../../src-shared/units.ts'

type ProgressEvent = Extract<JobEvent, { event: 'progress' }>

const phaseWords: Record<Phase, string> = {
  signature: 'Getting the signature',
  prove: 'Proving the image',
  prepare: 'Preparing',
  download: 'Downloading',
  write: 'Writing',
  flush: 'Flushing',
  'read-back': 'Reading back',
  finish: 'Making it bootable',
}

const limitWords: Record<Limit, string> = {
  network: 'the network sets the pace',
  source: 'reading the image sets the pace',
  decode: 'decompression sets the pace',
  drive: 'the drive sets the pace',
}

/** Shows how a job goes on. */
export interface ProgressLine {
  show(event: JobEvent): void
  /** Leaves the terminal as it should be for the next words. */
  end(): void
}

/** Milliseconds between two lines in a pipe. */
const pipeInterval = 5000

/** On a terminal one line that is drawn over and over; in a pipe a line now and then. */
export function createProgressLine(stream: NodeJS.WriteStream): ProgressLine {
  return stream.isTTY ? drawOver(stream) : printLines(stream)
}

function drawOver(stream: NodeJS.WriteStream): ProgressLine {
  let drawn = false
  const clear = () => {
    if (drawn) stream.write('\r\u001b[K')
    drawn = false
  }
  return {
    show(event) {
      if (event.event === 'progress') {
        if (event.bytes === 0) return
        const line = describeProgress(event, true).slice(0, Math.max(20, (stream.columns || 80) - 1))
        stream.write(`\r\u001b[K${line}`)
        drawn = true
      } else {
        clear()
        const line = describeEvent(event)
        if (line !== null) stream.write(`${line}\n`)
      }
    },
    end: clear,
  }
}

function printLines(stream: NodeJS.WriteStream): ProgressLine {
  let printedAt = performance.now()
  return {
    show(event) {
      if (event.event === 'progress') {
        if (performance.now() - printedAt < pipeInterval) return
        printedAt = performance.now()
        stream.write(`${describeProgress(event, false)}\n`)
      } else {
        const line = describeEvent(event)
        if (line !== null) stream.write(`${line}\n`)
      }
    },
    end() {},
  }
}

function describeEvent(event: JobEvent): string | null {
  if (event.event === 'phase') return `${phaseWords[event.phase]} …`
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
    ...(limit === null ? [] : [limitWords[limit]]),
  ]
  const bar = withBar && fraction !== null ? `${drawBar(fraction, 20)} ` : ''
  return `  ${bar}${parts.join('  ')}`
}

const drawBar = (fraction: number, width: number) => {
  const filled = Math.round(fraction * width)
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`
}
