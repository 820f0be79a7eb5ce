import type { BusyClock } from '../memory/busy-clock.ts'
import { pieceSize } from '../memory/piece.ts'
import type { SharedPiece } from './shared-piece.ts'
import type { Target } from './target.ts'
import { createWriteQueue } from './write-queue.ts'

/** Maximum size of the pieces that one drive may keep, in bytes: both queued and being written. */
export const maxQueuedBytes = 8 * pieceSize
/** Number of bytes per measurement of the write rate. */
const windowSize = 4 * pieceSize

export interface DriveWritesOptions {
  /** Maximum number of concurrent writes; at least 1. */
  mostUnderWay: number
  onWritten: (bytes: number) => void
  /**
   * Receives a measurement of plain writing without interruption.
   * @param bytes – number of bytes written
   * @param elapsed – time in which the drive was busy, in milliseconds
   */
  onMeasured: (bytes: number, elapsed: number) => void
  onFailure: (error: unknown) => void
  /** Called when a write has ended, so that waiting work can continue. */
  onChange: () => void
}

/** The writes of an image to one drive. */
export type DriveWrites = ReturnType<typeof createDriveWrites>

/** Creates the writes of an image to one drive. Contiguous parts of the queue become one write. */
export function createDriveWrites(target: Target, busy: BusyClock, options: DriveWritesOptions) {
  const { mostUnderWay, onWritten, onMeasured, onFailure, onChange } = options
  const queue = createWriteQueue(target.alignment)
  let writing = 0
  let window = { bytes: 0, began: 0 }

  /**
   * Maximum size of one write, in bytes. The memory is divided among all concurrent writes and one
   * more that is queued.
   */
  const largestWrite = Math.floor(maxQueuedBytes / (mostUnderWay + 1) / pieceSize) * pieceSize

  /**
   * Returns whether a small write should wait for data that can extend it. The drive must be busy
   * meanwhile.
   */
  function mayGrow(): boolean {
    const front = queue.front()
    return front.open && front.size < pieceSize && writing > 0
  }

  function write(isPlain: boolean) {
    const run = queue.take(largestWrite)
    writing++
    busy.begin()
    target
      .write(run.parts.length === 1 ? run.parts[0]! : run.parts, run.offset)
      .then(() => onWritten(run.size))
      .catch(onFailure)
      .finally(() => {
        writing--
        busy.end()
        if (isPlain) observe(run.size)
        run.release()
        onChange()
      })
  }

  function observe(bytes: number) {
    window.bytes += bytes
    if (window.bytes < windowSize) return
    onMeasured(window.bytes, busy.elapsed() - window.began)
    measureAnew()
  }

  function measureAnew() {
    window = { bytes: 0, began: busy.elapsed() }
  }

  return {
    /** Number of queued bytes. */
    get queued(): number {
      return queue.size
    },
    hasRoom: () => queue.size < largestWrite,
    add: (piece: SharedPiece, from: number, to: number): void => queue.add(piece, from, to),
    /**
     * Starts the oldest queued write, unless enough writes are in progress or the write may still
     * grow.
     * @param isPlain – whether the place was not read before, so that the write counts for the
     * write rate
     * @param moreMayCome – whether more data may arrive
     * @returns whether a write was started
     */
    send({ isPlain, moreMayCome }: { isPlain: boolean; moreMayCome: boolean }): boolean {
      if (writing >= mostUnderWay || (moreMayCome && mayGrow())) return false
      write(isPlain)
      return true
    },
    /** Restarts the measurement, because other requests came between the writes. */
    measureAnew,
    /** Discards the queue. */
    clear: (): void => queue.clear(),
  }
}
