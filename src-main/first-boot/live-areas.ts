import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'
import { mostRead, readWithin, type ReadAt } from '../identify/read-at.ts'
import { isIso } from '../image/decode/detect-kind.ts'
import { findIsoFile, type IsoRange } from './iso-files.ts'

/** Kernel arguments of a live ISO: the same text in an area of each boot loader's config. */
export interface KargAreas {
  /** Arguments that the ISO is published with. */
  defaults: string
  areas: { place: IsoRange; end: string; pad: string }[]
}

/** Places that a live ISO of Fedora CoreOS reserves for settings. */
export interface LiveAreas {
  /** Area of a further initrd, which has the config and the connections. */
  initrd: IsoRange
  /** Null for an ISO built before 2021, whose arguments cannot be changed. */
  kargs: KargAreas | null
  features: Features
}

const offset = z.number().int().nonnegative()
const character = z
  .string()
  .length(1)
  .regex(/^[\0-\x7f]$/)

const igninfo = z.object({ file: z.string(), offset: offset.optional(), length: offset.optional() })

/** Maximum sizes of an area of arguments (`src/live/embed.rs` of coreos-installer), and of JSON. */
const [mostKargs, mostJson] = [2048, 64 * 1024]

const kargs = z.object({
  default: z.string(),
  size: z.number().int().positive().max(mostKargs),
  files: z
    .array(z.object({ path: z.string(), offset, pad: character.default('#'), end: character.default('\n') }))
    .min(1)
    .max(16),
})

const featureFlag = z.boolean().default(false)
/** Abilities of a release. Its map of directives has a key for each that its installer knows. */
const features = z
  .object({
    'installer-config': featureFlag,
    'live-initrd-network': featureFlag,
    'installer-config-directives': z.record(z.string(), z.unknown()).default({}),
  })
  .transform((found) => ({
    installerConfig: found['installer-config'],
    network: found['live-initrd-network'],
    directives: found['installer-config-directives'],
  }))
export type Features = z.infer<typeof features>

/**
 * Finds the areas of a live ISO in every layout since 2020-09: by its JSON files, by the name of a
 * file, or by headers at the end of the system area, in which ISO 9660 defines nothing.
 * @throws first-boot-unsupported, the errors of `read`; RangeError for a place outside the image
 */
export async function findLiveAreas(read: ReadAt): Promise<LiveAreas> {
  if (!isIso(await read(0, 17 * 2048))) throw unfamiliar()
  const found: LiveAreas = {
    initrd: await findInitrd(read),
    kargs: (await readKargsFile(read)) ?? (await readKargsHeader(read)),
    features: (await readJson(read, 'coreos/features.json', features)) ?? features.parse({}),
  }
  const places = [found.initrd, ...(found.kargs?.areas.map(({ place }) => place) ?? [])].toSorted(
    (a, b) => a.start - b.start,
  )
  if (places.some(({ start }, index) => index > 0 && start < places[index - 1]!.end)) throw unfamiliar()
  return found
}

async function findInitrd(read: ReadAt): Promise<IsoRange> {
  const info = await readJson(read, 'coreos/igninfo.json', igninfo)
  const file = await findIsoFile(read, info?.file ?? 'images/ignition.img')
  if (file === null) throw unfamiliar()
  const start = file.start + (info?.offset ?? 0)
  const end = info?.length === undefined ? file.end : start + info.length
  if (!(start < end && end <= file.end && end - start <= mostRead)) throw unfamiliar()
  return { start, end }
}

/** Reads the arguments by `kargs.json`, which there is since 2021-09. */
async function readKargsFile(read: ReadAt): Promise<KargAreas | null> {
  const info = await readJson(read, 'coreos/kargs.json', kargs)
  if (info === null) return null
  const areas: KargAreas['areas'] = []
  for (const { path, offset: inFile, pad, end } of info.files) {
    const file = await findIsoFile(read, path)
    if (file === null || file.start + inFile + info.size > file.end) throw unfamiliar()
    const start = file.start + inFile
    areas.push({ place: { start, end: start + info.size }, end, pad })
  }
  return { defaults: info.default.trim(), areas }
}

/**
 * Reads the arguments by the header of 2021-01 to 2021-08, 96 bytes before the end of the system
 * area: `coreKarg`, the size of an area, and the places of the defaults and of up to six areas.
 */
async function readKargsHeader(read: ReadAt): Promise<KargAreas | null> {
  const header = await read(32768 - 96, 72)
  if (header.toString('latin1', 0, 8) !== 'coreKarg') return null
  const numberAt = (index: number) => Number(header.readBigUInt64LE(8 * index))
  const size = numberAt(1)
  const starts = [2, 3, 4, 5, 6, 7, 8].map(numberAt)
  const used = starts.indexOf(0) === -1 ? starts : starts.slice(0, starts.indexOf(0))
  if (size === 0 || size > mostKargs || used.length < 2) throw unfamiliar()
  const [ofDefaults, ...areas] = used.map((start) => ({
    place: { start, end: start + size },
    end: '\n',
    pad: '#',
  }))
  return { defaults: await readKargs(read, ofDefaults!), areas }
}

/**
 * Reads the arguments of an area.
 * @throws first-boot-unsupported, the errors of `read`
 */
export async function readKargs(read: ReadAt, { place, end, pad }: KargAreas['areas'][number]): Promise<string> {
  const bytes = await readWithin(read, place)(0, place.end - place.start)
  if (!isUtf8(bytes)) throw unfamiliar()
  const text = bytes.toString()
  const last = [...text].findLastIndex((each) => each !== pad && each !== end)
  return text.slice(0, last + 1).trim()
}

/** Returns an area with other arguments; null if they are too long for it. */
export function fillKargs({ place, end, pad }: KargAreas['areas'][number], line: string): Buffer | null {
  const size = place.end - place.start
  const bytes = Buffer.from(line + end)
  return bytes.length > size ? null : Buffer.concat([bytes, Buffer.alloc(size - bytes.length, pad)])
}

async function readJson<T>(read: ReadAt, path: string, shape: z.ZodType<T>): Promise<T | null> {
  const file = await findIsoFile(read, path)
  if (file === null) return null
  if (file.end - file.start > mostJson) throw unfamiliar()
  const bytes = await read(file.start, file.end - file.start)
  try {
    return shape.parse(JSON.parse(bytes.toString()))
  } catch (error) {
    throw unfamiliar(error)
  }
}

/** Returns the failure of an image that has not the form of a live ISO. */
export const unfamiliar = (cause?: unknown) =>
  new KindlingError('first-boot-unsupported', { reason: say('iso-unfamiliar') }, { cause })
