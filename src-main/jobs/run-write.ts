import type { Drive } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { WriteSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { say } from '../../src-shared/phrases.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import type { FirstBoot } from '../first-boot/first-boot.ts'
import { releaseOf, requireSaidAsClaimed } from '../image/proof/claims.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import type { SourcePlan } from '../image/source/source.ts'
import { createCondition } from '../memory/condition.ts'
import { fedoraOf, readTrust } from '../image/proof/trust.ts'
import type { Ports } from '../ports.ts'
import { DriveFeed } from './drive-feed.ts'
import { findWritableDrive, requireRoom } from './choose-drive.ts'
import { describeImage } from './describe-image.ts'
import { withState } from './drive-steps.ts'
import { openReadings, type PreparedImage } from './open-readings.ts'
import { feedDrives } from './feed-drives.ts'
import type { JobRun } from './job-run.ts'
import { joinRuns } from './join-runs.ts'
import { offerIso } from './offer-iso.ts'
import { openProvedSource } from '../image/open-proved-source.ts'
import { planJob } from './plan-job.ts'
import { requireImage } from './require-image.ts'
import { tellRetries } from './tell-retries.ts'
import { writeDrive } from './write-drive.ts'

/**
 * Writes an image to drives and proves each. The order is decision 1 of the design: signature,
 * rules of the drives, proof of a local image. Then each drive is written independently, fed from
 * one reading of the image.
 * @param runs – one run for each drive of the spec
 * @returns a receipt for each drive; or rejects with a KindlingError that has the drive's state
 */
export function runWrite(world: Ports, spec: WriteSpec, runs: JobRun[]): Promise<Receipt>[] {
  const together = joinRuns(runs)
  const ports = tellRetries(world, together)
  const planned = planImage(ports, spec, together)
  const setUp = planned.then((plan) => readSettings(ports, spec, plan, together))
  const chosen = setUp.then(() => choose(ports, spec, planned))
  const prepared = prepare(ports, chosen, together)
  const changed = createCondition()
  const feeds = runs.map(() => new DriveFeed(changed.notify))
  const readings = openReadings(ports, planned, prepared, feeds, together)
  const feeding = prepared
    .then(
      () => feedDrives(feeds, changed, readings.start),
      () => undefined,
    )
    .finally(readings.end)
  const written = runs.map(async (run, index) => {
    const feed = feeds[index]!
    const stop = () => feed.fail(run.signal.reason)
    run.signal.addEventListener('abort', stop)
    try {
      const drive = await (await chosen).drives[index]!
      const { plan, trust, source, measure } = await prepared
      run.signal.throwIfAborted()
      requireRoom(drive, measure.imageSize ?? 1)
      const done = await writeDrive(
        ports,
        {
          drive,
          imageName: plan.name,
          imageSize: measure.imageSize,
          requireClaimed: (hints) => requireSaidAsClaimed(plan, hints, fedoraOf(trust)),
          feed,
          limit: readings.watchBottleneck(feed.waits),
          moved: readings.moved,
          verify: spec.verify !== false,
          writeAll: spec.writeAll ?? false,
          firstBoot: (await setUp)?.[index] ?? null,
          acceptUnrecognized: spec.acceptUnrecognized ?? false,
          eject: spec.eject ?? false,
          mostUnderWay: mostUnderWay(runs.length),
        },
        run,
      )
      const facts = {
        job: 'write' as const,
        image: describeImage(plan, trust, source, done.file, done.raw),
        drive: done.drive,
      }
      return { ...facts, ...run.conclude(), files: [], statement: describeReceipt(facts) }
    } catch (error) {
      throw error instanceof KindlingError && error.driveState !== null ? error : withState(error, 'untouched')
    } finally {
      run.signal.removeEventListener('abort', stop)
      feed.abandon()
      // The last drive to end also waits for the end of the reading.
      if (feeds.every(({ open }) => !open)) await feeding
    }
  })
  return written.map((receipt, index) =>
    receipt.catch(async (error: unknown) => {
      throw await offerIso(ports, spec.source, error, runs[index]!.signal)
    }),
  )
}

/**
 * Returns the number of concurrent writes per drive. Node has four threads for files, which several
 * drives share with the image.
 */
const mostUnderWay = (drives: number) => (drives === 1 ? 2 : 1)

interface Chosen {
  plan: SourcePlan
  /** One promise for each drive; each may reject independently. */
  drives: Promise<Drive>[]
}

/**
 * Reads what to set up for the first boot of each drive; null for nothing.
 * @throws usage without a read-back; the failures of `readFirstBoot`
 */
async function readSettings(ports: Ports, spec: WriteSpec, plan: SourcePlan, run: JobRun): Promise<FirstBoot[] | null> {
  if (spec.firstBoot === undefined) return null
  if (spec.verify === false) throw new KindlingError('usage', { reason: say('first-boot-read-back') })
  // Loads a YAML parser, which no other write needs.
  const { readFirstBoot } = await import('../first-boot/read-first-boot.ts')
  const hostnames = spec.drives.map(({ hostname }) => hostname)
  return readFirstBoot(ports, spec.firstBoot, { release: releaseOf(plan), hostnames }, run)
}

/**
 * Plans the image of a write.
 * @throws stream-doubtful for a doubt that the user did not accept; the failures of the plan
 */
async function planImage(ports: Ports, spec: WriteSpec, run: JobRun): Promise<SourcePlan> {
  run.enter('signature')
  const plan = requireImage(await planJob(ports, spec.source, run))
  const accepted = new Set(spec.acceptedDoubts?.map(String))
  const reason = plan.doubts?.find((doubt) => !accepted.has(String(doubt)))
  if (reason !== undefined) throw new KindlingError('stream-doubtful', { reason })
  return plan
}

/**
 * Finds the drives of a write.
 * @throws the failures of the plan; usage when a drive is named twice
 */
async function choose(ports: Ports, spec: WriteSpec, planned: Promise<SourcePlan>): Promise<Chosen> {
  const plan = await planned
  const drives = spec.drives.map((chosen) => findWritableDrive(ports, chosen, plan))
  const found = await Promise.allSettled(drives)
  const places = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value.identity] : []))
  const twice = places.find(({ kind, number }, at) =>
    places.slice(0, at).some((other) => other.kind === kind && other.number === number),
  )
  if (twice) throw new KindlingError('usage', { reason: say('drive-named-twice', { drive: twice.device }) })
  return { plan, drives }
}

/**
 * Opens and proves the image once at least one drive can be written.
 * @throws the first drive's failure when none can be written; the failures of signature and source
 */
async function prepare(ports: Ports, chosen: Promise<Chosen>, run: JobRun): Promise<PreparedImage> {
  const { plan, drives } = await chosen
  await Promise.any(drives).catch(() => drives[0])
  const promised = await readTrust(ports, plan, run.signal)
  const { source, proved, trust } = await openProvedSource(ports, plan, promised, run)
  const measure = await measureImage(source, plan.name, run.signal, { decodeToMeasure: true, memory: plan.memory })
  return { plan, trust, source, proved, measure }
}
