import type { BusyClock } from '../memory/busy-clock.ts'
import { pieceSize } from '../memory/piece.ts'
import type { HeldPiece } from './held-piece.ts'
import { measureQueueDepth } from './queue-depth.ts'
import type { Target } from './target.ts'
import { createWriteQueue } from './write-queue.ts'

/** Bytes of pieces that one writing holds, at most: those that wait and those on their way to the drive. */
export const heldAtMost = 8 * pieceSize
/** Bytes after which the speed of writing is looked at. */
const windowSize = 4 * pieceSize

export interface DriveWritesOptions {
  /** Writes that may be under way at once; at least 1. */
  mostUnderWay: number | undefined
  onWritten: (bytes: number) => void
  /** So many bytes were written plainly, one after the other. @param elapsed milliseconds */
  onMeasured: (bytes: number, elapsed: number) => void
  onFailure: (error: unknown) => void
  /** A write is over: what waited may go on. */
  onChange: () => void
}

/** Writes of an image that go to one drive: as large, and as many at once, as serves it. */
export function createDriveWrites(target: Target, busy: BusyClock, options: DriveWritesOptions) {
  const { onWritten, onMeasured, onFailure, onChange } = options
  const queue = createWriteQueue(target.alignment)
  const depth = measureQueueDepth(options.mostUnderWay)
  let writing = 0
  let window = { bytes: 0, began: 0, starved: false }

  /** Bytes: while so many writes are under way, as much as one of them waits. */
  const largestWrite = () => Math.floor(heldAtMost / (depth.depth + 1) / pieceSize) * pieceSize

  /** A small write is worth a wait for what may follow it, while the drive has something to do. */
  function mayGrow(): boolean {
    const front = queue.front()
    return front.open && front.size < pieceSize && writing > 0
  }

  function write(isPlain: boolean) {
    const run = queue.take(largestWrite())
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
        run.letGo()
        onChange()
      })
  }

  function observe(bytes: number) {
    window.bytes += bytes
    if (window.bytes < windowSize) return
    const elapsed = busy.elapsed() - window.began
    onMeasured(window.bytes, elapsed)
    if (!window.starved) depth.wrote(window.bytes, elapsed)
    measureAnew()
  }

  function measureAnew() {
    window = { bytes: 0, began: busy.elapsed(), starved: false }
  }

  return {
    /** Bytes that wait for their write. */
    get queued(): number {
      return queue.size
    },
    hasRoom: () => queue.size < largestWrite(),
    add: (piece: HeldPiece, from: number, to: number): void => queue.add(piece, from, to),
    /**
     * Sends what waits longest, unless the drive has enough to do, or it may still grow.
     * @param isPlain it was not read before, so that it tells how fast the drive writes
     * @returns whether it was sent
     */
    send({ isPlain, moreMayCome }: { isPlain: boolean; moreMayCome: boolean }): boolean {
      if (writing >= depth.depth) return false
      if (moreMayCome && mayGrow()) {
        window.starved = true
        return false
      }
      write(isPlain)
      return true
    },
    /** The drive waits for the image: what is measured now is not the drive's speed. */
    starve(): void {
      window.starved = true
    },
    /** Something else came between the writes. */
    measureAnew,
    /** Forgets what waits. */
    clear: (): void => queue.clear(),
  }
}
