import { createHash } from 'node:crypto'
import { lstat, open, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { KindlingError } from '../../src-shared/failure.ts'
import type { BootLoader, JobSpec } from '../../src-shared/job.ts'
import type { Receipt } from '../../src-shared/receipt.ts'
import { PhraseError, say } from '../../src-shared/phrases.ts'
import { describeReceipt } from '../../src-shared/statements.ts'
import { bytesOf } from '../image/decode/bytes-of.ts'
import type { Compression } from '../image/decode/detect-kind.ts'
import { openFileSource } from '../image/source/file-source.ts'
import { measureImage } from '../image/decode/measure-image.ts'
import { tapChunks, startFileProofs, startImageProofs, type FileDigest } from '../image/proof/proofs.ts'
import { readImage, watchBottleneck } from '../image/read-image.ts'
import { outputFailed } from '../files/output-failed.ts'
import { safeFileName } from '../files/safe-file-name.ts'
import type { Source, SourcePlan } from '../image/source.ts'
import { releaseOf } from '../image/proof/claims.ts'
import { readTrust, type Trust } from '../image/proof/trust.ts'
import type { Ports } from '../ports.ts'
import { holdsSame, putInPlace, writeNewFile } from '../files/regular-file.ts'
import { describeImage } from './describe-image.ts'
import { startFileReading, type FileReading } from './file-reading.ts'
import type { NetworkBoot } from '../first-boot/make-network-boot.ts'
import { findBootFiles, nameInitrd, type BootFiles } from './boot-files.ts'
import { describeBoot } from './describe-boot.ts'
import { unknownEta, type JobRun } from './job-run.ts'
import { fetchRest, isStored, storeInDirectory, leaveSignature } from './download-store.ts'
import { planJob } from './plan-job.ts'
import { earnFileProofs, openProvedSource, type OpenStore } from './open-proved-source.ts'
import { tellRetries } from './tell-retries.ts'
import { makeDirectory } from '../files/make-directory.ts'

type DownloadSpec = Extract<JobSpec, { job: 'download' }>

/**
 * Downloads artifacts to a directory and proves them. A file gets its final name only after its
 * proofs hold. An existing file is proved again and kept, or refused if it is another file.
 *
 * The signature is written beside the file; beside the files of a network boot what a boot loader
 * needs, and a further initrd if the live system is set up.
 * No file is replaced: neither one of this job nor an existing one.
 * @throws output-failed, usage, and the failures of image, network and `readFirstBoot`
 */
export async function runDownload(world: Ports, spec: DownloadSpec, run: JobRun): Promise<Receipt> {
  const ports = tellRetries(world, run)
  run.enter('signature')
  requirePxe(spec)
  const plans = await planJob(ports, spec.source, run)
  const boot = await readNetworkBoot(ports, spec, plans, run)
  const directory = resolve(spec.directory)
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
  const initrd = boot?.initrd && { path: join(directory, nameInitrd(plans[0]!.artifact!)), bytes: boot.initrd }
  await requireOwnNames(ahead, initrd ?? null)
  const lengths = ahead.flatMap((file) => ('kept' in file ? [] : [file.length]))
  // One phase for all files: its progress and remaining time are those of the job.
  if (lengths.length > 0)
    run.enter('download', lengths.includes(null) ? null : lengths.reduce<number>((sum, length) => sum + length!, 0))
  const done: Downloaded[] = []
  for (const file of ahead) done.push('kept' in file ? file : await fetchOne(file, decompress, run))
  const parts = done.flatMap(({ plan, path }) => (plan.artifact ? [{ artifact: plan.artifact, path }] : []))
  const made = [
    ...(initrd ? [await leaveInitrd(initrd)] : []),
    ...(await leaveDescription(directory, spec.loader ?? 'ipxe', findBootFiles(parts, boot), run)),
  ]
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

/** @throws usage for settings of a start from the network, if the format has none */
function requirePxe({ source: { image }, firstBoot, loader }: DownloadSpec): void {
  if (image.kind === 'stream' && image.format === 'pxe') return
  const option = '--format pxe'
  if (firstBoot !== undefined) throw new KindlingError('usage', { reason: say('pxe-alone', { option }) })
  if (loader !== undefined) throw new KindlingError('usage', { reason: say('loader-of-pxe', { option }) })
}

/**
 * Reads the settings of a live system that is started from the network; null for none. Nothing was
 * downloaded yet.
 * @throws usage, first-boot-unsupported, the failures of `readFirstBoot`
 */
async function readNetworkBoot(
  ports: Ports,
  { firstBoot, loader = 'ipxe' }: DownloadSpec,
  plans: SourcePlan[],
  run: JobRun,
): Promise<NetworkBoot | null> {
  if (firstBoot === undefined) return null
  const plan = plans[0]!
  // Loads a YAML parser, which no other download needs.
  const { readFirstBoot } = await import('../first-boot/read-first-boot.ts')
  const { makeNetworkBoot } = await import('../first-boot/make-network-boot.ts')
  const release = releaseOf(plan)
  const [settings] = await readFirstBoot(ports, firstBoot, { release, drives: 1 }, run)
  const boot = makeNetworkBoot(settings!, plan.name, release)
  // The arguments can only be refused here, before the download.
  const parts = plans.flatMap(({ artifact, name }) => (artifact ? [{ artifact, path: name }] : []))
  const files = findBootFiles(parts, boot)
  if (files === null)
    throw new KindlingError('usage', { reason: say('pxe-without-kernel', { stream: plan.artifact!.stream }) })
  describeBoot(files, loader, '')
  return boot
}

/** A made file. */
interface Made {
  path: string
  bytes: Uint8Array
}

/**
 * Checks that all files of the job, including signatures, have different names. Names that differ
 * only in case are one file on macOS and Windows.
 * @param initrd – the further initrd; null for none
 * @throws output-failed
 */
async function requireOwnNames(files: (Downloaded | Measured)[], initrd: Made | null): Promise<void> {
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
  if (initrd === null) return
  claim(initrd.path)
  await requireSame(initrd)
}

/** @throws output-failed for an existing file with other content */
async function requireSame({ path, bytes }: Made): Promise<void> {
  if ((await exists(path)) && !(await holdsSame(path, bytes)))
    throw outputFailed(path, new PhraseError(say('another-of-name')))
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
 * Writes the further initrd beside the files of a network boot. Its mode is that of the other
 * files: the server that has to read it is mostly another user, and gives it to every machine that
 * asks.
 */
async function leaveInitrd({ path, bytes }: Made): Promise<Receipt['files'][number]> {
  await writeNewFile(path, bytes).catch((error: unknown) => {
    throw outputFailed(path, error)
  })
  return describeMade({ path, bytes })
}

const describeMade = ({ path, bytes }: Made): Receipt['files'][number] => ({
  path,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/**
 * Writes what a boot loader needs beside the files of a network boot. An existing file is not
 * replaced, because the user may have edited it.
 */
async function leaveDescription(
  directory: string,
  loader: BootLoader,
  files: BootFiles | null,
  run: JobRun,
): Promise<Receipt['files']> {
  const left: Receipt['files'] = []
  for (const { name, text } of files === null ? [] : describeBoot(files, loader, directory)) {
    const path = join(directory, name)
    const bytes = Buffer.from(text)
    try {
      await writeFile(path, bytes, { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputFailed(path, error)
      if (!(await holdsSame(path, bytes))) {
        run.warn('script-kept', { path })
        continue
      }
    }
    left.push(describeMade({ path, bytes }))
  }
  return left
}

/**
 * Measures a file before its download.
 * @throws output-failed when there is a file of its name; the failures of the source
 */
async function measure(opened: Opened, decompress: boolean, signal: AbortSignal): Promise<Measured> {
  const { plan, source } = opened
  const { compression, imageSize } = decompress
    ? await measureImage(source, plan.name, signal, { memory: plan.memory })
    : { compression: null, imageSize: null }
  const path = compression === null ? opened.path : opened.path.replace(/\.(xz|gz|zst)$/i, '')
  if (await exists(path)) throw outputFailed(path, new PhraseError(say('name-taken')))
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
  const imageProofs = startImageProofs(plan)
  const partial = `${path}.${process.pid}.tmp`
  const image =
    compression === null
      ? null
      : readImage(source, reading.chunks, {
          compression,
          proofs: { file: reading.proofs, image: imageProofs },
          memory: plan.memory,
          signal: run.signal,
        })
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
    const raw = image ? await imageProofs.conclude() : null
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
    throw outputFailed(path, new PhraseError(say('another-of-name'), { cause: error }))
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
