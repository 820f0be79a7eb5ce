import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { WriteSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { measureImage, type ImageMeasure } from '../image/measure-image.ts'
import { openSource } from '../image/open-source.ts'
import { startImageProofs, type Found } from '../image/proofs.ts'
import { readImage, watchLimit, type ImageReading } from '../image/read-image.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import { readTrust, type Trust } from '../image/trust.ts'
import type { BusyClock } from '../busy-clock.ts'
import type { Ports } from '../ports.ts'
import { Branch, piecesHeldBy, type Verdict } from './branch.ts'
import { findWritableDrive, requireRoom } from './choose-drive.ts'
import { describeImage, describeOrigin, describeWritten } from './describe-image.ts'
import { createBell, feedBranches, type Pass } from './feed-branches.ts'
import { startFileReading } from './file-reading.ts'
import type { JobRun } from './job-run.ts'
import { joinRuns } from './join-runs.ts'
import { isKept } from './keeping.ts'
import { openProvedSource } from './open-proved-source.ts'
import { planJob } from './plan-job.ts'
import { requireImage } from './require-image.ts'
import { withState, writeDrive } from './write-drive.ts'

/** What a write job knows before the first drive is opened. */
interface Prepared {
  plan: SourcePlan
  trust: Trust
  source: Source
  /** What was found of the image if it is local. */
  proved: Found | null
  measure: ImageMeasure
}

/**
 * Writes an image to drives and proves each. The order is the design's decision 1: signature, the drives' rules, proof of
 * what is local; then each drive for itself, fed from one reading of the image.
 * @param runs one for each drive of the spec
 * @returns a receipt for each, or a KindlingError with the drive's state
 */
export function runWrite(ports: Ports, spec: WriteSpec, runs: JobRun[]): Promise<Receipt>[] {
  const together = joinRuns(runs)
  const chosen = choose(ports, spec, together)
  const prepared = prepare(ports, chosen, together)
  const passes = createPasses(ports, prepared, piecesHeldBy(runs.length), together)
  const bell = createBell()
  const branches = runs.map(() => new Branch(bell.ring))
  const feeding = prepared.then(
    () => feedBranches(branches, bell, passes.start),
    () => undefined,
  )
  return runs.map(async (run, index) => {
    const branch = branches[index]!
    const stop = () => branch.fail(run.signal.reason)
    run.signal.addEventListener('abort', stop)
    try {
      const drive = await (await chosen).drives[index]!
      const { plan, trust, source, measure } = await prepared
      run.signal.throwIfAborted()
      requireRoom(drive, measure.imageSize ?? 1)
      const written = await writeDrive(
        ports,
        {
          drive,
          imageName: plan.name,
          imageSize: measure.imageSize,
          branch,
          limit: passes.watchLimit(branch.waits),
          moved: passes.moved,
          verify: spec.verify !== false,
          writeAll: spec.writeAll ?? false,
          eject: spec.eject ?? false,
          mostUnderWay: mostUnderWay(runs.length),
        },
        run,
      )
      return {
        job: 'write' as const,
        ...run.conclude(),
        image: describeImage(plan, trust, source, written.file, written.raw),
        files: [],
        drive: written.drive,
        statement: `${describeWritten(written.drive.state)} ${describeOrigin(trust)}`,
      }
    } catch (error) {
      throw error instanceof KindlingError && error.driveState !== null ? error : withState(error, 'untouched')
    } finally {
      run.signal.removeEventListener('abort', stop)
      branch.abandon()
      // The last drive to end waits until reading the image has ended, too.
      if (branches.every(({ open }) => !open)) await feeding
    }
  })
}

/** Node has four threads for files: several drives together leave one for the image. */
const mostUnderWay = (drives: number) => (drives === 1 ? 4 : Math.max(1, Math.floor(3 / drives)))

interface Chosen {
  plan: SourcePlan
  /** Each may fail for itself. */
  drives: Promise<Drive>[]
}

/** @throws what the plan throws; usage when a drive is named twice */
async function choose(ports: Ports, spec: WriteSpec, run: JobRun): Promise<Chosen> {
  run.enter('signature')
  const plan = requireImage(await planJob(ports, spec.source, run))
  const drives = spec.drives.map((chosen) => findWritableDrive(ports, chosen, plan))
  const found = await Promise.allSettled(drives)
  const places = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value.identity] : []))
  const twice = places.find(({ kind, number }, at) =>
    places.slice(0, at).some((other) => other.kind === kind && other.number === number),
  )
  if (twice) throw new KindlingError('usage', { reason: `${twice.device} is named twice` })
  return { plan, drives }
}

/** @throws what the first drive throws when none can be written; the failures of signature and source */
async function prepare(ports: Ports, chosen: Promise<Chosen>, run: JobRun): Promise<Prepared> {
  const { plan, drives } = await chosen
  await Promise.any(drives).catch(() => drives[0])
  const promised = await readTrust(ports, plan, run.signal)
  const { source, proved, trust } = await openProvedSource(ports, plan, promised, run)
  const measure = await measureImage(source, plan.name, run.signal, { decodeToMeasure: true })
  return { plan, trust, source, proved, measure }
}

/** Readings of the image: mostly one, and another for drives that were too slow for the others. */
function createPasses(ports: Ports, prepared: Promise<Prepared>, held: number, run: JobRun) {
  let image: ImageReading | null = null
  let verdict: Verdict | null = null

  async function start(turn: number): Promise<Pass> {
    const { plan, trust, source: first, proved, measure } = await prepared
    const source = turn === 0 ? first : await openSource(ports, plan, run.signal, run.atEnd)
    const reading = startFileReading(plan, trust, source, verdict?.file ?? proved, run)
    const imageProofs = startImageProofs(plan)
    const current = readImage(source, reading.chunks, {
      compression: measure.compression,
      proofs: { file: reading.proofs, image: imageProofs },
      memory: plan.memory,
      held,
      signal: run.signal,
    })
    image = current
    return {
      pieces: current.pieces,
      repeatable: source.local || isKept(source),
      async conclude() {
        const file = await reading.conclude()
        const raw = await imageProofs.conclude()
        if (verdict === null && plan.uncompressedSha256)
          run.earn('uncompressed-sha256', 'The decompressed image has the sha256 that the stream metadata states.')
        verdict ??= { file, raw }
        if (verdict.raw.sha256 !== raw.sha256) throw new KindlingError('source-changed', { source: source.location })
        return verdict
      },
      end: () => current.end(),
    }
  }

  return {
    start,
    watchLimit: (waits: BusyClock) => watchLimit(() => image, waits),
    moved: () => image?.moved() ?? {},
  }
}
