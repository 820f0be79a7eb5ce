import { stretchSize } from '../memory/piece.ts'

/** Factor by which a drive must read faster than it writes before reading first is considered. */
const leastAdvantage = 1.25
/** Factor by which the time saved must exceed the time spent on reading. */
const margin = 1.15
/** Distance between two probes, in bytes. */
const probeDistance = 4 * 1024 * 1024
/** Size of the first comparison after a probe found equal bytes, in bytes. */
const trialSize = 1024 * 1024
/**
 * Shares of the writing time that reading may lose: a share of the whole image from the start, and
 * a share of the part already passed. Together at most 2.5 %.
 */
const lossAtOnce = 0.01
const lossOnTheWay = 0.015

/**
 * Next step: write; write and meanwhile probe a stretch ahead; or read and compare before writing.
 */
export type ReadFirstStep = 'write' | 'probe' | 'read'

/**
 * Decides whether reading before writing pays off. Reading one byte costs 1 / read rate. It saves
 * share / write rate, where share is the part of the bytes that are equal. Cost and savings are
 * added up, so that little time is lost where reading never pays off.
 */
export interface ReadFirst {
  next(): ReadFirstStep
  /** Returns whether the next comparison is a trial, for which 1 MiB is enough. */
  isTrial(): boolean
  /**
   * Returns whether the drive reads so much faster than it writes that reading could pay off. True
   * until the write rate is known.
   */
  canPay(): boolean
  /** Advances the position by `bytes`, whether written or skipped. */
  passed(bytes: number): void
  /**
   * Adds a measurement of plain writing.
   * @param elapsed – time in which the drive was busy, in milliseconds
   */
  wrote(bytes: number, elapsed: number): void
  probed(equal: boolean): void
  /**
   * Adds the result of a comparison.
   * @param bytes – number of bytes that were compared
   * @param equal – number of bytes that were equal
   * @param elapsed – time of the reading alone, in milliseconds
   */
  compared(bytes: number, equal: number, elapsed: number): void
  /** Stops reading first for good, because the drive cannot be read. */
  giveUp(): void
}

/**
 * Creates the decision for one image.
 * @param size – approximate number of bytes that will be written in total
 * @param sample – measured cost of reading: rate in bytes per millisecond, times in milliseconds
 */
export function startReadFirst(
  size: number,
  sample: { readRate: number; seekTime: number; elapsed: number },
): ReadFirst {
  let readRate = sample.readRate
  let writeRate: number | null = null
  /** Share of the recently compared bytes that were equal; null when a trial begins. */
  let share: number | null = null
  let reading = false
  let hopeless = false
  let position = 0
  let nextProbe = 0
  /** Time spent on reading, in milliseconds, and number of bytes that need not be written. */
  let spent = sample.elapsed
  let saved = 0
  // A probe waits for the write in progress, and the next write waits for the probe.
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
      // The last 4 MiB weigh about as much as everything before them.
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
