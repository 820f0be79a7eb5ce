import type { SourcePreview } from '../../src-shared/api.ts'
import type { Refusal } from '../../src-shared/drive.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import type { SourceSpec } from '../../src-shared/job.ts'
import type { BootPlace } from '../../src-shared/boot-place.ts'
import { isoFormat } from '../../src-shared/iso-of.ts'
import { findBootPlace } from '../first-boot/find-boot-place.ts'
import { mostRead, readMemory, type ReadAt } from '../identify/read-at.ts'
import { withheldSize } from '../write/withheld-ends.ts'
import { decode } from '../image/decode/decode.ts'
import type { Compression } from '../image/decode/detect-kind.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import { openSource } from '../image/open-source.ts'
import { peekHead } from './peek-head.ts'
import { planSources } from '../image/plan-source.ts'
import { looksLikeDisk } from '../image/decode/recognize-disk.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import type { Source, SourcePlan } from '../image/source/source.ts'
import { readTrust, type Trust } from '../image/proof/trust.ts'
import { toRefusal } from '../drives/refusal.ts'
import type { Ports } from '../ports.ts'
import { requireImage } from './require-image.ts'

/**
 * Returns sizes and signer of the image that a job would read, without reading it.
 * @throws the failures of plan, signature and source; a missing signature is a result, not a
 * failure
 */
export async function previewSource(ports: Ports, spec: SourceSpec, stop?: AbortSignal): Promise<SourcePreview> {
  // A preview that takes longer is of no use.
  const late = AbortSignal.timeout(30_000)
  const signal = stop ? AbortSignal.any([stop, late]) : late
  const plans = await planSources(ports, spec, signal)
  const parts = await Promise.all(plans.map((plan) => previewPlan(ports, plan, signal)))
  const first = plans[0]!
  const sum = (sizes: (number | null)[]) =>
    sizes.reduce<number | null>((total, size) => (total === null || size === null ? null : total + size), 0)
  return {
    name: plans.length === 1 ? first.name : `${first.artifact?.format} (${plans.length} files)`,
    doubts: first.doubts ?? [],
    release: first.artifact?.release ?? null,
    older: first.older ?? null,
    size: sum(parts.map(({ size }) => size)),
    imageSize: sum(parts.map(({ imageSize }) => imageSize)),
    cached: parts.every(({ cached }) => cached),
    origin: parts[0]!.trust.origin,
    recognized: parts.every(({ recognized }) => recognized),
    bootPlace: parts[0]!.bootPlace,
    signer: (parts[0]!.trust.signature ?? parts[0]!.trust.list)?.signedBy.signer ?? null,
    refusal: refusalOf(() => requireImage(plans)) ?? parts[0]!.refusal,
  }
}

function refusalOf(check: () => void): Refusal | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof KindlingError) return toRefusal(error)
    throw error
  }
}

async function previewPlan(ports: Ports, plan: SourcePlan, signal: AbortSignal) {
  const [trust, source] = await Promise.all([readTrustOrNone(ports, plan, signal), openSource(ports, plan, signal)])
  const { compression, imageSize } = await measureImage(source, plan.name, signal)
  // The name and the signature of a stream's image are enough here. The job still checks its bytes.
  const head = plan.artifact === null ? await readHead(source, compression, signal) : null
  return {
    ...{ trust, size: source.size, imageSize, cached: source.fromCache },
    recognized: head === null || looksLikeDisk(head),
    bootPlace: await findPlace(plan, source, compression, head, signal),
    refusal: head && refusalOf(() => refuseForeign(plan.name, head)),
  }
}

/** Finds the place for a first boot. Of a local ISO that is not compressed, all bytes are read. */
async function findPlace(
  { artifact }: SourcePlan,
  source: Source,
  compression: Compression | null,
  head: Uint8Array | null,
  signal: AbortSignal,
): Promise<BootPlace> {
  if (artifact !== null) return { kind: artifact.format === isoFormat ? 'live' : 'metal' }
  if (head === null) return { kind: 'unknown' }
  const isReadable = source.local && compression === null
  return findBootPlace(head, isReadable ? readSource(source, signal) : readMemory(head))
}

const readSource = (source: Source, signal: AbortSignal): ReadAt => {
  return async (offset, length) => {
    if (!(offset >= 0 && length >= 0 && length <= mostRead && offset + length <= source.size!))
      throw new RangeError(`${length} bytes from byte ${offset}`)
    return Buffer.from((await source.range(offset, length, signal))!)
  }
}

/**
 * Returns the first bytes of the decompressed image. Null if they cannot be read; the job will
 * report the error.
 */
async function readHead(
  source: Source,
  compression: Compression | null,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const enough = new AbortController()
  const stop = AbortSignal.any([signal, enough.signal])
  const pieces = decode(compression, source.chunks(stop), { signal: stop })
  try {
    return (await peekHead(pieces, withheldSize)).head
  } catch {
    return null
  } finally {
    enough.abort()
    await pieces.return(undefined).catch(() => undefined)
  }
}

async function readTrustOrNone(ports: Ports, plan: SourcePlan, signal: AbortSignal): Promise<Trust> {
  try {
    return await readTrust(ports, plan, signal)
  } catch (error) {
    if (error instanceof KindlingError && error.code === 'signature-missing') return { origin: 'none', signature: null }
    throw error
  }
}
