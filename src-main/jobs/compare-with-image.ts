import { peekHead } from './peek-head.ts'
import { refuseForeign } from '../image/decode/refuse-foreign.ts'
import { startFileProofs } from '../image/proof/proofs.ts'
import { readTrust } from '../image/proof/trust.ts'
import { readImage, watchBottleneck } from '../image/read-image.ts'
import type { Ports } from '../ports.ts'
import { compareDrive } from '../write/compare-drive.ts'
import { differs, type Comparison, type Verified } from './comparison.ts'
import { describeImage } from './describe-image.ts'
import { earnFileProofs } from '../image/open-proved-source.ts'

/**
 * Compares a drive with an image that is read again, byte by byte.
 * @throws verify-mismatch, drive-reads-vary, and the failures of image and drive
 */
export async function compareWithImage(
  ports: Ports,
  { plan, source, measure, drive, target, run }: Comparison,
): Promise<Verified> {
  // Comparing with an unsigned image does no harm: the receipt says that nothing proves its origin.
  const trust = await readTrust(ports, { ...plan, insecure: plan.insecure || plan.artifact === null }, run.signal)
  const fileProofs = startFileProofs(plan, trust)
  const image = readImage(
    plan,
    source,
    { chunks: source.chunks, proofs: fileProofs },
    { compression: measure.compression, signal: run.signal },
  )
  try {
    run.enter('read-back', measure.imageSize)
    run.setBottleneck(
      watchBottleneck(() => image),
      () => ({ ...image.moved(), drive: target.moved }),
    )
    const { head, pieces } = await peekHead(image.pieces, 4096)
    refuseForeign(plan.name, head)
    const difference = await compareDrive(target, pieces, run.signal, (bytes) => run.advance(bytes))
    if (difference !== null) throw differs(drive, difference)
    const file = await fileProofs.conclude()
    const raw = await image.proofs.conclude()
    earnFileProofs(plan, trust, run)
    return {
      image: describeImage(plan, trust, source, file, raw),
      readBackSha256: raw.sha256,
    }
  } finally {
    await image.end()
  }
}
