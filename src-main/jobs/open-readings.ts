import type { BusyClock } from '../memory/busy-clock.ts'
import type { Compression } from '../image/decode/detect-kind.ts'
import { measureImage, type ImageMeasure } from '../image/decode/measure-image.ts'
import { openLocalSource, openSource } from '../image/open-source.ts'
import type { Piece } from '../memory/piece.ts'
import type { FileDigest } from '../image/proof/proofs.ts'
import { readImage, watchBottleneck, type ImageReading } from '../image/read-image.ts'
import type { Source, SourcePlan } from '../image/source/source.ts'
import type { Trust } from '../image/proof/trust.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { Ports } from '../ports.ts'
import { copyPieces } from './copy-pieces.ts'
import { mostKept, type DriveFeed, type Verdict } from './drive-feed.ts'
import type { DriveReading } from './feed-drives.ts'
import { startFileReading, startSameReading, type FileReading } from '../image/file-reading.ts'
import type { JobRun } from './job-run.ts'
import { watchIdleDrives } from './watch-idle-drives.ts'
import { isStored } from '../image/download-store.ts'

/** Data that a write job has before it opens the first drive. */
export interface PreparedImage {
  plan: SourcePlan
  trust: Trust
  source: Source
  /** Size and hash of the image file; null if it is not local. */
  proved: FileDigest | null
  measure: ImageMeasure
}

/**
 * Opens readings of the image. One is usually enough; a drive that fell behind needs another.
 * @param planned – plan of the image; resolves before `prepared`
 * @param feeds – the drives that share a reading
 */
export function openReadings(
  ports: Ports,
  planned: Promise<SourcePlan>,
  prepared: Promise<PreparedImage>,
  feeds: readonly DriveFeed[],
  run: JobRun,
) {
  let image: ImageReading | null = null
  let verdict: Verdict | null = null
  // Errors of the read-ahead are ignored here: the regular reading hits and reports them.
  const ahead = readAhead().catch(() => null)

  function read(plan: SourcePlan, source: Source, compression: Compression | null, file: FileReading) {
    const isStarved = watchIdleDrives(feeds)
    const current = readImage(plan, source, file, { compression, signal: run.signal, isStarved })
    const pieces = feeds.length === 1 ? current.pieces : copyPieces(current.pieces, mostKept(feeds.length))
    return { source, file, current, pieces }
  }

  /**
   * Decodes the start of a local image into memory while the drives are checked and the image is
   * proved. None of it is written before the proof, and all of it must be the proved bytes.
   */
  async function readAhead() {
    const plan = await planned
    const source = await openLocalSource(ports, plan, run.atEnd)
    if (source === null) return null
    const { compression } = await measureImage(source, plan.name, run.signal, { memory: plan.memory })
    if (compression !== 'xz') return null
    const file = startSameReading(source, async () => (await prepared).proved!)
    const opened = read(plan, source, compression, file)
    return { ...opened, pieces: startNow(opened.pieces) }
  }

  async function start(turn: number): Promise<DriveReading> {
    const { plan, trust, source: first, proved, measure } = await prepared
    async function readAnew() {
      const source = turn === 0 ? first : await openSource(ports, plan, run.signal, run.atEnd)
      const file = startFileReading(plan, trust, source, verdict?.file ?? proved, run)
      return read(plan, source, measure.compression, file)
    }
    const begun = turn === 0 && proved !== null ? await ahead : null
    const { source, file, current, pieces } = begun ?? (await readAnew())
    image = current
    return {
      location: source.location,
      pieces,
      hash: current.proofs.hash,
      repeatable: source.local || isStored(source),
      async conclude() {
        const found = await file.conclude()
        const raw = await current.proofs.conclude()
        if (verdict === null && plan.uncompressedSha256) run.earn('uncompressed-sha256')
        verdict ??= { file: found, raw }
        if (verdict.raw.sha256 !== raw.sha256) throw new KindlingError('source-changed', { source: source.location })
        return verdict
      },
      end: () => current.end(),
    }
  }

  return {
    start,
    /** Ends the read-ahead, unless it has already ended. */
    end: async () => (await ahead)?.current.end(),
    watchBottleneck: (waits: BusyClock) => watchBottleneck(() => image, waits),
    moved: () => image?.moved() ?? {},
  }
}

/** Requests the first piece at once, so that the decoder runs until its memory is full. */
function startNow(pieces: AsyncGenerator<Piece>): AsyncIterable<Piece> {
  const first = pieces.next()
  first.catch(() => undefined)
  return (async function* () {
    const { done, value } = await first
    if (done) return
    yield value
    yield* pieces
  })()
}
