import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { pieceSize, stretchSize, type Piece } from '../memory/piece.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { createBusyClock } from '../memory/busy-clock.ts'
import { createCondition } from '../memory/condition.ts'
import { findEqual, readPlaces, type CompareRange } from './compare-pieces.ts'
import { createDriveWrites, maxQueuedBytes } from './drive-writes.ts'
import { addExtent, type Extent } from './extent.ts'
import { sharePiece, stretchesOf, type SharedPiece, type Stretch } from './shared-piece.ts'
import { startReadFirst, type ReadFirst } from './read-first.ts'
import { sampleDrive, type Sample } from './sample-drive.ts'
import type { Target } from './target.ts'

/** Maximum number of bytes to read and compare before writing continues. */
const batchSize = 4 * pieceSize
/**
 * Minimum size of an image for which reading first is tried, in bytes. A smaller one is written
 * before reading would have paid off.
 */
const leastWorthwhile = 32 * 1024 * 1024
/** Assumed image size in bytes, when the size is unknown. */
const usualSize = 3 * 1024 * 1024 * 1024

export interface WritingOptions {
  /**
   * Number of bytes at the start of the image that are withheld and not written here. A multiple of
   * the target's alignment.
   */
  start: number
  /** Size of the image in bytes; null if unknown. */
  size: number | null
  /** Writes every byte in order, and reads nothing. */
  writeAll?: boolean
  /**
   * True if the drive will be read back. The read-back then also checks the deferred zeros, without
   * an extra read.
   */
  readsBack?: boolean
  /** Clock for measuring rates, in milliseconds. */
  now?: () => number
  /**
   * Receives the number of image bytes that were written or skipped. Bytes before `start` are not
   * counted.
   */
  onDone?: (bytes: number, how: 'written' | 'skipped') => void
  /** Maximum number of concurrent writes. Default: 2, so that the drive always has the next one. */
  mostUnderWay?: number
  /** Minimum size of an image for which reading first is tried, in bytes. */
  leastWorthwhile?: number
}

export interface Written {
  /** Size of the image in bytes, including the bytes before `start`. */
  size: number
  /** Number of image bytes that were written. */
  written: number
  /** Number of image bytes that were on the drive already, or are deferred. */
  skipped: number
  /**
   * Ranges where the image has zeros and the drive seems to have them. Neither written nor checked
   * yet.
   */
  deferred: Extent[]
}

/** The writing of an image to one drive. */
export interface ImageWriter {
  /**
   * Takes the next piece and will release it in any case. Resolves when there is room for another.
   * @throws drive-too-small, and the target's failures
   */
  take(piece: Piece): Promise<void>
  /**
   * Resolves when everything is written, but not flushed.
   * @throws as `take` does
   */
  end(): Promise<Written>
  /**
   * Cancels: releases all pieces and waits for outstanding requests. Never throws; does nothing
   * after the end.
   */
  abandon(): Promise<void>
}

/**
 * Starts to write an image to a drive. Bytes that are on the drive already are not written, where
 * checking pays off. Zeros are deferred where the drive seems to be all zeros. Other bytes are read
 * first while enough of them turn out to be equal. Reading before writing only decides which bytes
 * to write. It proves nothing.
 */
export function startWriting(target: Target, options: WritingOptions): ImageWriter {
  const { start, size, writeAll = false, readsBack = true, now = () => performance.now(), onDone } = options
  const { alignment } = target
  const deferred: Extent[] = []
  const totals = { written: 0, skipped: 0 }
  const waiting: SharedPiece[] = []
  const busy = createBusyClock(now)
  const changed = createCondition()
  const writes = createDriveWrites(target, busy, {
    mostUnderWay: options.mostUnderWay ?? 2,
    onWritten(bytes) {
      totals.written += bytes
      report(bytes, 'written')
    },
    onMeasured: (bytes, elapsed) => readFirst?.wrote(bytes, elapsed),
    onFailure: fail,
    onChange: changed.notify,
  })
  /** Number of image bytes received so far. */
  let position = 0
  let held = 0
  let ended = false
  let failure: { error: unknown } | null = null
  let sample: Sample | null = null
  let readFirst: ReadFirst | null = null
  let memory: Uint8Array | null = null
  /**
   * True while comparing first. Writes are then small, so they must not be used to measure the
   * write rate.
   */
  let reading = false
  let probing = false

  function fail(error: unknown) {
    failure ??= { error }
    changed.notify()
  }
  function report(bytes: number, how: 'written' | 'skipped') {
    try {
      onDone?.(bytes, how)
    } catch (error) {
      fail(error)
    }
  }

  async function look() {
    const to = Math.min(size ?? usualSize, target.size)
    const length = to - start
    if (writeAll || length < (options.leastWorthwhile ?? leastWorthwhile)) return
    memory = allocateAligned(batchSize)
    sample = await sampleDrive(target, { offset: start, length }, memory, now)
    if (sample !== null) readFirst = startReadFirst(length, sample)
  }

  async function work() {
    await look()
    while (failure === null) {
      if (waiting.length === 0 && writes.queued === 0) {
        if (ended) break
        await changed.wait()
        continue
      }
      if (waiting.length > 0 && readFirst !== null) {
        const step = readFirst.next()
        reading = step === 'read'
        if (step === 'probe') probe(readFirst)
        if (reading && writes.queued === 0) {
          if (busy.underWay > 0) await changed.wait()
          else await compareWaiting(readFirst)
          continue
        }
      }
      while (!reading && waiting.length > 0 && writes.hasRoom()) lay(waiting.shift()!, 0)
      if (writes.queued > 0 && !writes.send({ isPlain: !reading, moreMayCome: !ended && waiting.length === 0 }))
        await changed.wait()
    }
  }

  /**
   * Queues the parts of a piece that must be written; skips equal and deferred stretches.
   * @param equal – bits of the stretches that are equal on the drive, as in `zeros`
   */
  function lay(piece: SharedPiece, equal: number) {
    const whole = wholeSectors(piece)
    let skipped = 0
    for (const stretch of stretchesOf(piece)) {
      const { index, from, to } = stretch
      const end = Math.min(to, whole)
      const isDeferred = canDefer(piece, stretch)
      if (!isDeferred && (equal & (1 << index)) === 0) {
        writes.add(piece, from, to)
        continue
      }
      if (isDeferred && end > from) addExtent(deferred, piece.offset + from, end - from)
      skipped += Math.max(end - from, 0)
      // If the image ends inside a sector, that sector is always written, with its padding.
      if (to > whole) writes.add(piece, Math.max(whole, from), to)
    }
    readFirst?.passed(piece.bytes.length)
    piece.release()
    totals.skipped += skipped
    if (skipped > 0) report(skipped, 'skipped')
  }

  const wholeSectors = (piece: SharedPiece) => piece.bytes.length - (piece.bytes.length % alignment)

  function canDefer(piece: SharedPiece, { index, from, to }: Stretch): boolean {
    if (sample === null || (piece.zeros & (1 << index)) === 0) return false
    // Without a read-back, checking the deferred zeros takes a read of its own.
    if (!readsBack && !readFirst!.canPay()) return false
    return sample.isClean(piece.offset + from, to - from)
  }

  /** Returns the part of a piece that may be on the drive already. */
  function doubt(piece: SharedPiece): CompareRange {
    const doubtful = [...stretchesOf(piece)].filter((stretch) => !canDefer(piece, stretch))
    const from = doubtful[0]?.from ?? 0
    return { piece, from, to: Math.max(from, Math.min(doubtful.at(-1)?.to ?? 0, wholeSectors(piece))) }
  }

  /**
   * Reads the places of the waiting pieces while nothing is being written, then queues the parts
   * that differ.
   */
  async function compareWaiting(judge: ReadFirst) {
    const doubts = waiting.splice(0, judge.isTrial() ? 1 : batchSize / pieceSize).map(doubt)
    const began = now()
    busy.begin()
    const error: unknown = await readPlaces(target, doubts, memory!).then(
      () => null,
      (error: unknown) => error,
    )
    busy.end()
    const elapsed = now() - began
    let [compared, same] = [0, 0]
    for (const [turn, each] of doubts.entries()) {
      const found = error === null ? findEqual(each, memory!.subarray(turn * pieceSize)) : { equal: 0, bytes: 0 }
      compared += each.to - each.from
      same += found.bytes
      lay(each.piece, found.equal)
    }
    writes.measureAnew()
    if (error instanceof KindlingError && error.code === 'drive-gone') throw error
    if (error !== null) judge.giveUp()
    else if (compared > 0) judge.compared(compared, same, elapsed)
  }

  /**
   * Checks whether one stretch of the last waiting piece is on the drive already. The stretch is
   * written in any case.
   */
  function probe(judge: ReadFirst) {
    // A piece that is written immediately could be on the drive before the probe reads it.
    if (probing || (writes.queued === 0 && waiting.length === 1)) return
    const { piece, from, to } = doubt(waiting.at(-1)!)
    const length = Math.min(stretchSize, to - from)
    if (length <= 0) return
    probing = true
    piece.hold()
    busy.begin()
    const bytes = memory!.subarray(0, length)
    target
      .read(bytes, piece.offset + from)
      .then(() => judge.probed(Buffer.compare(bytes, piece.bytes.subarray(from, from + length)) === 0))
      .catch(() => judge.giveUp())
      .finally(() => {
        probing = false
        busy.end()
        piece.release()
        changed.notify()
      })
  }

  function hold(piece: Piece, offset: number): SharedPiece {
    held += piece.bytes.length
    return sharePiece(piece, { offset, withheld: Math.max(start - offset, 0) }, () => {
      held -= piece.bytes.length
      changed.notify()
    })
  }

  async function settle() {
    for (const piece of waiting.splice(0)) piece.release()
    writes.clear()
    while (busy.underWay > 0) await changed.wait()
  }
  const done = work().catch(fail).then(settle)

  return {
    async take(piece) {
      const offset = position
      position += piece.bytes.length
      if (failure === null && position > target.size) fail(tooSmall(target, position))
      if (failure !== null || position <= start) piece.release()
      else {
        waiting.push(hold(piece, offset))
        changed.notify()
      }
      while (failure === null && held > maxQueuedBytes - pieceSize) await changed.wait()
      if (failure !== null) throw failure.error
    },
    async end() {
      ended = true
      changed.notify()
      await done
      if (failure !== null) throw failure.error
      return { size: position, ...totals, deferred }
    },
    async abandon() {
      fail(new Error('abandoned'))
      await done
    },
  }
}

const tooSmall = (target: Target, needed: number) =>
  new KindlingError('drive-too-small', {
    drive: say('the-drive'),
    available: target.size,
    needed: say('at-least', { bytes: needed }),
    missing: needed - target.size,
  })
