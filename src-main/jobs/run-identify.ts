import type { Hint, Identification } from '../../src-shared/identification.ts'
import type { IdentifySpec } from '../../src-shared/job.ts'
import { findLiveChanges } from '../first-boot/live-changes.ts'
import { findKeptReceipt, restoreOriginals } from '../first-boot/restore-originals.ts'
import { findImage, sizesWithin, type FoundImage } from '../identify/find-image.ts'
import { gatherCandidates } from '../identify/gather-candidates.ts'
import { gatherHinted } from '../identify/gather-hinted.ts'
import { namesOf } from '../identify/known-image.ts'
import { mostRead, readTarget } from '../identify/read-at.ts'
import { readHints } from '../identify/read-hints.ts'
import { readStatedSizes } from '../identify/read-stated-sizes.ts'
import { isZero } from '../memory/is-zero.ts'
import type { Ports } from '../ports.ts'
import { findDrive } from './choose-drive.ts'
import type { JobRun } from './job-run.ts'
import { openToRead } from './open-to-read.ts'

/**
 * Identifies the published image on a drive, in one reading of the drive. For a drive without one,
 * returns hints from the drive's own structures. The drive is never written.
 * @throws the failures of the drive; usage
 */
export async function runIdentify(ports: Ports, spec: IdentifySpec, run: JobRun): Promise<Identification> {
  run.enter('prepare')
  const drive = await findDrive(ports, spec.drive, spec.identity)
  const known = await gatherCandidates(ports, spec.streamBaseUrl, run)
  const target = await openToRead(ports, drive, run)
  try {
    const read = readTarget(target, run.signal)
    const customised = (await findKeptReceipt(ports.paths.state, target, run.signal)) ?? (await findLiveChanges(read))
    // Every image has a partition table or a volume descriptor in its first MiB.
    const cleared = isZero(await read(0, Math.min(mostRead, target.size)))
    const stated = await readStatedSizes(read)
    const said = cleared ? [] : await readHints(read, target.sectorSize)
    const hinted = await gatherHinted(ports, spec.streamBaseUrl, { hints: said, known }, run)
    const candidates = [...known, ...hinted].map((image) =>
      image.sizes.length > 0 ? image : { ...image, sizes: stated },
    )
    run.enter('read-back', cleared ? 0 : (sizesWithin(candidates, target.size).at(-1) ?? 0))
    run.setBottleneck(
      () => 'drive',
      () => ({ drive: target.moved }),
    )
    let bytesRead = 0
    const found = cleared
      ? null
      : await findImage(
          customised === null ? target : restoreOriginals(target, customised.places),
          candidates,
          run.signal,
          (bytes) => {
            bytesRead += bytes
            run.advance(bytes)
          },
        )
    const hints: Hint[] = found !== null ? [] : cleared ? [{ hint: 'cleared' }] : said
    return {
      job: 'identify',
      identified: found && namesOf(found.images[0]!),
      match: found && describeMatch(found),
      firstBootSet:
        (found !== null && customised !== null) ||
        customised?.done.hasReceipt === false ||
        hints.some(({ hint }) => hint === 'first-boot'),
      hints,
      candidates: candidates.length,
      compared: candidates.map(namesOf),
      drive: { identity: drive.identity, bytesRead, retries: target.retries, pastCache: target.pastCache },
      statement: describe(found, candidates.length, customised?.done.hasReceipt ?? null, hints),
      ...run.conclude(),
    }
  } finally {
    await target.close().catch(() => undefined)
  }
}

function describeMatch({ images, size, sha256 }: FoundImage): Identification['match'] {
  const [{ knownFrom, baseUrl }, ...others] = [images[0]!, ...images.slice(1)]
  return { imageSize: size, sha256, knownFrom, baseUrl, alsoPublishedAs: others.map(namesOf) }
}

function describe(found: FoundImage | null, candidates: number, hasReceipt: boolean | null, hints: Hint[]): string {
  if (found === null) {
    const isSetUp = hints.some(({ hint }) => hint === 'first-boot')
    const claimed = hints.flatMap((hint) => (hint.hint === 'boot-entry' ? (hint.release ?? []) : []))[0]
    if (isSetUp && claimed !== undefined)
      return `The drive calls itself ${claimed}, with its first boot set up. It matches no published image.`
    return candidates === 0
      ? 'Kindling knows no published image to compare the drive with.'
      : 'The drive matches none of the images Kindling knows.'
  }
  const { knownFrom } = found.images[0]!
  const who = knownFrom === 'receipt' ? 'in a receipt of this computer' : 'that the stream publishes'
  const teller = hasReceipt ? 'a receipt' : 'no receipt'
  const apart = hasReceipt === null ? '' : `, except its first-boot setup, which is in ${teller}`
  return `The drive matches this image${apart}. Its SHA-256 is the one ${who}. The signature was not checked.`
}
