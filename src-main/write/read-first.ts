import { stretchSize } from '../memory/piece.ts'

/** A drive must read so many times faster than it writes before a look at what it holds is worth anything. */
const leastAdvantage = 1.25
/** What is saved must be so much more than what the reading costs. */
const margin = 1.15
/** Bytes between two probes. */
const probeDistance = 4 * 1024 * 1024
/** Bytes of the first reading after a probe found something equal. */
const trialSize = 1024 * 1024
/** The share of the whole time that may be lost: at once, and besides as the writing goes on. Together 2.5 %. */
const lossAtOnce = 0.01
const lossOnTheWay = 0.015

/** What to do with what comes next: write it, write it and meanwhile look at a stretch ahead, or read all before writing. */
export type Step = 'write' | 'probe' | 'read'

/**
 * Decides whether reading before writing pays. Reading one byte costs 1 / read rate and saves, with the share of bytes that
 * turn out equal, share / write rate. It keeps account of both, so that where it never pays little is lost.
 */
export interface ReadFirst {
  next(): Step
  /** A reading that begins: 1 MiB will do. */
  isTrial(): boolean
  /** Whether the drive reads so much faster than it writes that reading could pay at all; so it is until known. */
  canPay(): boolean
  /** So many bytes of the image are being dealt with, however. */
  passed(bytes: number): void
  /** Plain writing went so fast. @param elapsed milliseconds in which the drive was busy */
  wrote(bytes: number, elapsed: number): void
  probed(equal: boolean): void
  /** All was read first. @param elapsed milliseconds of the reading alone */
  compared(bytes: number, equal: number, elapsed: number): void
  /** The drive cannot be read: never again. */
  giveUp(): void
}

/**
 * @param size bytes that will be written in all, about
 * @param sample what reading was seen to cost: bytes per millisecond, milliseconds
 */
export function startReadFirst(
  size: number,
  sample: { readRate: number; seekTime: number; elapsed: number },
): ReadFirst {
  let readRate = sample.readRate
  let writeRate: number | null = null
  /** Of the bytes read lately, those found equal; null when a trial begins. */
  let share: number | null = null
  let reading = false
  let hopeless = false
  let position = 0
  let nextProbe = 0
  /** Milliseconds, and bytes that need not be written. */
  let spent = sample.elapsed
  let saved = 0
  // A probe waits for what is being written, and what is written next waits for it.
  const probeCost = 2 * Math.max(sample.seekTime, stretchSize / readRate)

  const canPay = () => !hopeless && (writeRate === null || readRate > writeRate * leastAdvantage)
  const affords = (cost: number) =>
    writeRate !== null && spent + cost <= (saved + lossAtOnce * size + lossOnTheWay * position) / writeRate

  return {
    canPay,
    isTrial: () => share === null,
    next() {
      if (writeRate === null || !canPay()) return 'write'
      if (reading) return 'read'
      if (position < nextProbe || !affords(probeCost + trialSize / readRate)) return 'write'
      nextProbe = position + probeDistance
      spent += probeCost
      return 'probe'
    },
    passed(bytes) {
      position += bytes
    },
    wrote(bytes, elapsed) {
      const rate = bytes / Math.max(elapsed, 0.001)
      writeRate = writeRate === null ? rate : writeRate + 0.3 * (rate - writeRate)
    },
    probed(equal) {
      if (!equal || reading) return
      reading = true
      share = null
    },
    compared(bytes, equal, elapsed) {
      spent += elapsed
      saved += equal
      // The last 4 MiB weigh about as much as all before them.
      const weight = Math.min(1, bytes / (4 * 1024 * 1024))
      readRate += weight * (bytes / Math.max(elapsed, 0.001) - readRate)
      share = share === null ? equal / bytes : share + weight * (equal / bytes - share)
      reading = share * readRate > writeRate! * margin && affords(trialSize / readRate)
      if (!reading) nextProbe = position + probeDistance
    },
    giveUp() {
      hopeless = true
    },
  }
}
