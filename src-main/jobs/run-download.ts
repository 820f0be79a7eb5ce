import { lstat, open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { PhraseError, say } from '../../src-shared/phrases.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import { bytesOf } from '../image/decode/bytes-of.ts'
import type { Compression } from '../image/decode/detect-kind.ts'
import { openFileSource } from '../image/source/file-source.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import { tapChunks, startFileProofs, type FileDigest } from '../image/proof/proofs.ts'
import { readImage, watchBottleneck } from '../image/read-image.ts'
import { outputExists, outputFailed } from '../files/output-failed.ts'
import { safeFileName } from '../files/safe-file-name.ts'
import type { Source, SourcePlan } from '../image/source/source.ts'
import { readTrust, type Trust } from '../image/proof/trust.ts'
import type { Ports } from '../ports.ts'
import { holdsSame, putInPlace } from '../files/regular-file.ts'
import { describeImage } from './describe-image.ts'
import { startFileReading, type FileReading } from '../image/file-reading.ts'
import { unknownEta } from '../../src-shared/progress.ts'
import type { JobRun } from './job-run.ts'
import {
  leaveBootFiles,
  locateFiles,
  makeBootFiles,
  readNetworkBoot,
  requirePxe,
  type MadeFile,
} from './network-boot.ts'
import { fetchRest, isStored, storeInDirectory, leaveSignature } from '../image/download-store.ts'
import { planJob } from './plan-job.ts'
import { earnFileProofs, openProvedSource, type OpenStore } from '../image/open-proved-source.ts'
import { tellRetries } from './tell-retries.ts'
import { makeDirectory } from '../files/make-directory.ts'

type DownloadSpec = Extract<JobSpec, { job: 'download' }>

/**
 * Downloads artifacts to a directory and proves them. A file gets its final name only after its
 * proofs hold. An existing file is proved again and kept, or refused if it is another file.
 *
 * The signature is written beside the file. The files of a network boot get the configuration of
 * the boot loader, and a further initrd if the live system is set up.
 * No file is replaced: neither one of this job nor an existing one.
 * @throws output-exists, output-failed, usage, and the failures of image, network and
 *   `readFirstBoot`
 */
export async function runDownload(world: Ports, spec: DownloadSpec, run: JobRun): Promise<Receipt> {
  const ports = tellRetries(world, run)
  run.enter('signature')
  requirePxe(spec)
  const plans = await planJob(ports, spec.source, run)
  const boot = await readNetworkBoot(ports, spec, plans, run)
  const directory = locateFiles(spec)
  await makeDirectory(directory).catch((error: unknown) => {
    throw outputFailed(directory, error)
  })
  const decompress = spec.decompress ?? false
  const wanted: Wanted[] = []
  for (const plan of plans)
    wanted.push({
      plan,
      trust: await readTrust(ports, plan, run.signal),
      path: join(directory, safeFileName(plan.name)),
    })
  // Existing files are proved before anything is downloaded.
  const found: (Downloaded | Opened)[] = []
  for (const file of wanted) {
    const keep: OpenStore | undefined = decompress
      ? undefined
      : (source, trust) => storeInDirectory(file.path, file.plan, trust, source, run, outputFailed)
    const existing = decompress ? null : await proveExisting(file, run)
    found.push(existing ?? { ...file, ...(await openProvedSource(ports, file.plan, file.trust, run, keep)) })
  }
  const ahead: (Downloaded | Measured)[] = []
  for (const file of found) ahead.push('kept' in file ? file : await measure(file, decompress, run.signal))
  const parts = ahead.flatMap(({ plan, path }) => (plan.artifact ? [{ artifact: plan.artifact, path }] : []))
  const beside = makeBootFiles(parts, boot, spec)
  await requireOwnNames(ahead, boot === null ? [] : beside)
  const lengths = ahead.flatMap((file) => ('kept' in file ? [] : [file.length]))
  // One phase for all files: its progress and remaining time are those of the job.
  if (lengths.length > 0)
    run.enter('download', lengths.includes(null) ? null : lengths.reduce<number>((sum, length) => sum + length!, 0))
  const done: Downloaded[] = []
  for (const file of ahead) done.push('kept' in file ? file : await fetchOne(file, decompress, run))
  const made = await leaveBootFiles(beside, boot !== null, run)
  const first = done[0]!
  const image = describeImage(first.plan, first.trust, first.source, first.file, first.raw)
  return {
    job: 'download',
    ...run.conclude(),
    image,
    files: [...done.map(({ path, kept }) => ({ path, bytes: kept.size, sha256: kept.sha256 })), ...made],
    ...(boot && { firstBoot: boot.done }),
    drive: null,
    statement: describeReceipt({ job: 'download', drive: null, image }),
  }
}

/**
 * Checks that all files of the job, including signatures, have different names. Names that differ
 * only in case are one file on macOS and Windows.
 * @param made – files that are made beside them, and that no other file may replace
 * @throws output-failed
 */
async function requireOwnNames(files: (Downloaded | Measured)[], made: MadeFile[]): Promise<void> {
  const names = new Set<string>()
  const claim = (path: string) => {
    const name = path.normalize('NFC').toLowerCase()
    if (names.has(name)) throw outputFailed(path, new PhraseError(say('name-twice')))
    names.add(name)
  }
  for (const { path } of files) claim(path)
  for (const file of files) {
    if ('kept' in file || file.compression !== null || file.trust.signature === null) continue
    const beside = `${file.path}.sig`
    claim(beside)
    await requireSame({ path: beside, bytes: file.trust.signature.bytes })
  }
  for (const file of made) {
    claim(file.path)
    if (file.profile === undefined) await requireSame(file)
  }
}

/** @throws output-exists for an existing file with other content */
async function requireSame({ path, bytes }: MadeFile): Promise<void> {
  if ((await exists(path)) && !(await holdsSame(path, bytes))) throw outputExists(path, say('another-of-name'))
}

interface Wanted {
  plan: SourcePlan
  trust: Trust
  path: string
}

interface Opened extends Wanted {
  source: Source
  /** Size and hash of the file; null if it is not local. */
  proved: FileDigest | null
}

interface Measured extends Opened {
  compression: Compression | null
  /** Number of bytes that will be reported as progress; null if unknown. */
  length: number | null
}

interface Downloaded extends Wanted {
  source: Source
  file: FileDigest
  raw: FileDigest | null
  kept: FileDigest
}

/**
 * Measures a file before its download.
 * @throws output-exists when there is a file of its name; the failures of the source
 */
async function measure(opened: Opened, decompress: boolean, signal: AbortSignal): Promise<Measured> {
  const { plan, source } = opened
  const { compression, imageSize } = decompress
    ? await measureImage(source, plan.name, signal, { memory: plan.memory })
    : { compression: null, imageSize: null }
  const path = compression === null ? opened.path : opened.path.replace(/\.(xz|gz|zst)$/i, '')
  if (await exists(path)) throw outputExists(path)
  return { ...opened, path, compression, length: compression === null ? source.size : imageSize }
}

async function fetchOne(measured: Measured, decompress: boolean, run: JobRun): Promise<Downloaded> {
  const { plan, trust, source, proved, path, compression } = measured
  run.setBottleneck(() => (source.local ? 'source' : 'network'))
  const reading = startFileReading(plan, trust, source, proved, run)
  if (isStored(source) && !decompress) {
    run.advance(source.store.partial.held)
    for await (const chunk of fetchRest(source, run.signal)) run.advance(chunk.length)
    const file = await reading.conclude()
    return { plan, trust, source, path, file, raw: null, kept: file }
  }
  return { plan, trust, source, path, ...(await copyOut(path, measured, reading, compression, run)) }
}

/**
 * Writes a file that is cached elsewhere or decompressed on the way. A partial result is of no use,
 * so it is deleted after an error.
 */
async function copyOut(
  path: string,
  { plan, trust, source }: Opened,
  reading: FileReading,
  compression: Compression | null,
  run: JobRun,
): Promise<Pick<Downloaded, 'file' | 'raw' | 'kept'>> {
  const partial = `${path}.${process.pid}.tmp`
  const image = compression === null ? null : readImage(plan, source, reading, { compression, signal: run.signal })
  if (image)
    run.setBottleneck(
      watchBottleneck(() => image),
      image.moved,
    )
  const output = await open(partial, 'wx').catch((error: unknown) => {
    throw outputFailed(partial, error)
  })
  try {
    const bytes = image ? bytesOf(image.pieces) : tapChunks(reading.chunks(run.signal), reading.proofs)
    await writeOut(output, partial, bytes, run)
    const file = await reading.conclude()
    const raw = image ? await image.proofs.conclude() : null
    if (raw && plan.uncompressedSha256) run.earn('uncompressed-sha256')
    if (trust.signature !== null && raw === null) await leaveSignature(path, trust.signature.bytes, outputFailed)
    await putInPlace(output, partial, path, { replace: false }).catch((error: unknown) => {
      throw outputFailed(path, error)
    })
    return { file, raw, kept: raw ?? file }
  } catch (error) {
    await output.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw error
  } finally {
    await image?.end()
  }
}

/**
 * Proves an existing file. If it is the wanted one, it need not be downloaded again. Null if there
 * is no such file.
 */
async function proveExisting({ path, plan, trust }: Wanted, run: JobRun): Promise<Downloaded | null> {
  if (!(await exists(path))) return null
  const source = await openFileSource(path)
  run.enter('prove', source.size, unknownEta)
  run.setBottleneck(() => 'source')
  const proofs = startFileProofs(plan, trust)
  for await (const chunk of tapChunks(source.chunks(run.signal), proofs)) run.advance(chunk.length)
  try {
    const file = await proofs.conclude()
    if (trust.origin === 'none' && plan.sha256 === null) throw new Error('nothing proves that it is the same')
    earnFileProofs(plan, trust, run)
    return { plan, trust, source, path, file, raw: null, kept: file }
  } catch (error) {
    throw outputExists(path, say('another-of-name'), error)
  }
}

async function writeOut(file: FileHandle, path: string, chunks: AsyncIterable<Uint8Array>, run: JobRun): Promise<void> {
  for await (const chunk of chunks) {
    try {
      for (let written = 0; written < chunk.length;) written += (await file.write(chunk, written)).bytesWritten
    } catch (error) {
      throw outputFailed(path, error)
    }
    run.advance(chunk.length)
  }
}

const exists = async (path: string) => (await lstat(path).catch(() => null)) !== null
