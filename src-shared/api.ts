import { z } from 'zod'
import type { Catalog, OlderRelease, Releases } from './artifact.ts'
import type { BootPlace } from './boot-place.ts'
import type { ConfigCheck } from './config-check.ts'
import type { Drive, Refusal } from './drive.ts'
import { firstBootSpec, type FirstBootShown } from './first-boot.ts'
import { anyJobSpec, sourceSpec, writeSpec, type JobEvent, type SourceSpec } from './job.ts'
import type { Result } from './result.ts'
import { settingsChanges, type SettingsReading } from './settings.ts'
import type { Phrase } from './phrases.ts'

/** Preview of the image that a job with this source would read. Making it touches nothing. */
export interface SourcePreview {
  /** File name for display. */
  name: string
  /**
   * Reasons why the stream may be a different or older one than it seems. A write requires that the
   * user accepts each of them.
   */
  doubts: Phrase[]
  release: string | null
  /** Set if the stream has a newer release. */
  older?: OlderRelease | null
  /** Size of the download or file, in bytes; null when the server does not report it. */
  size: number | null
  /** Size on the drive, in bytes; null when only decoding can determine it. */
  imageSize: number | null
  /** Whether the cache holds the image, already proved. */
  cached: boolean
  /** Available proof of the image's origin. `none` requires `insecure`. */
  origin: 'signature' | 'signed-list' | 'sha256' | 'none'
  /**
   * Whether the image has a partition table, an ISO descriptor or a known file system. If not, a
   * write needs the user's consent.
   */
  recognized: boolean
  /** Place of the image for a first boot. A stream's image has that of its format. */
  bootPlace: BootPlace
  /** Signer for display: "Fedora 44", the owner of a keyring's key, or null. */
  signer: string | null
  /**
   * Reason why the image cannot be written to a drive (a container, several files), judged by names
   * alone; null when it can be written.
   */
  refusal: Refusal | null
}

/** Facts about the program that its window needs. */
export interface Surroundings {
  version: string
  /** Architecture in Fedora's naming: x86_64, aarch64, … */
  architecture: string
  streams: string[]
  /** Mirror set by KINDLING_STREAM_BASE_URL or in the settings; null for Fedora's own server. */
  streamBaseUrl: string | null
  /**
   * File of keys trusted in addition to Fedora's, set by KINDLING_KEYRING or in the settings; or
   * null.
   */
  keyring: string | null
}

/** Image in the cache, or the part of one whose download did not finish. */
export interface CachedImage {
  sha256: string
  state: 'whole' | 'partial'
  /** Size on this disk, in bytes. */
  size: number
  /** Size of the whole image, in bytes; null when its server did not report it. */
  total: number | null
  /** Time of the last use, in milliseconds since the epoch. */
  usedAt: number
  /** File name under which the image was downloaded; null when unknown. */
  name: string | null
  /** Whether a download is writing it or a job of this program is reading it. */
  inUse: boolean
}

/** Content of the cache. */
export interface CacheListing {
  directory: string
  /** Maximum size, in bytes. The least recently used image is removed first. */
  limit: number
  /** Current size, in bytes. */
  size: number
  /** Most recently used image first. */
  images: CachedImage[]
}

export interface CacheClearing {
  directory: string
  removed: CachedImage[]
  /** Images that are in use or could not be removed. */
  left: CachedImage[]
}

/** Size of a published file, in bytes. */
export interface FileSize {
  sha256: string
  size: number
}

/** Image that was the source of an earlier job. */
export interface RecentImage {
  image: SourceSpec['image']
  /** Time of the last use, in milliseconds since the epoch. */
  usedAt: number
}

/** Calls of the contract, each with the schema of its arguments, which is checked at the door. */
export const contract = {
  surroundings: z.object({}),
  /**
   * Reads one stream, or one release of it. With `offline`, returns the last metadata seen at once,
   * without a request.
   */
  catalog: z.object({
    stream: z.string().min(1).max(100),
    release: z.string().min(1).max(200).optional(),
    streamBaseUrl: z.string().optional(),
    offline: z.boolean().optional(),
  }),
  /** Reads the index of every release of a stream, in the same way. */
  releases: z.object({
    stream: z.string().min(1).max(100),
    streamBaseUrl: z.string().optional(),
    offline: z.boolean().optional(),
  }),
  drives: z.object({}),
  /** Reads one drive that is not in the list: a disk-image file or a /dev/disk/by-* name. */
  inspectDrive: z.object({ path: z.string().min(1).max(4096) }),
  cache: z.object({}),
  /** Removes all cached images that are not in use. */
  clearCache: z.object({}),
  /**
   * Reads and checks the settings of a first boot, as a write does before it touches anything.
   */
  checkFirstBoot: z.object({ firstBoot: firstBootSpec }),
  /** Reads from a drive what it will do at its first boot. */
  firstBoot: z.object({ drive: z.string().min(1).max(4096) }),
  preview: z.object({ source: sourceSpec }),
  /** Asks the server for the sizes of the files of one platform, as its stream was last seen. */
  sizes: z.object({
    stream: z.string().min(1).max(100),
    release: z.string().min(1).max(200).optional(),
    architecture: z.string().max(100),
    platform: z.string().max(100),
  }),
  /** Checks a file with an Ignition config, for a release or for any. */
  checkIgnition: z.object({ path: z.string().min(1).max(4096), release: z.string().max(100).nullable() }),
  /** Returns the images of earlier jobs, the most recent one first. */
  recentImages: z.object({}),
  settings: z.object({}),
  /** Changes settings and returns the resulting settings. */
  changeSettings: z.object({ changes: settingsChanges }),
  /** Starts a job. Its events arrive through `subscribe`; the last one is `done` or `failed`. */
  start: z.object({ spec: anyJobSpec }),
  /** Starts one job for each of several drives. The jobs share one reading of the image. */
  startWrites: z.object({ spec: writeSpec }),
  cancel: z.object({ id: z.string() }),
} as const

export interface Answers {
  surroundings: Surroundings
  catalog: Catalog
  releases: Releases
  drives: Drive[]
  inspectDrive: Drive
  cache: CacheListing
  clearCache: CacheClearing
  checkFirstBoot: null
  firstBoot: FirstBootShown
  preview: SourcePreview
  sizes: FileSize[]
  checkIgnition: ConfigCheck
  recentImages: RecentImage[]
  settings: SettingsReading
  changeSettings: SettingsReading
  start: { id: string }
  /** Ids of the jobs, in the order of the drives. */
  startWrites: { ids: string[] }
  cancel: null
}

export type CallName = keyof typeof contract
export type Arguments<N extends CallName> = z.infer<(typeof contract)[N]>

/**
 * All functions of Kindling, for any host. The window calls them through a checked door, the
 * command line directly.
 */
export type Api = { [N in CallName]: (args: Arguments<N>) => Promise<Result<Answers[N]>> } & {
  /**
   * Calls the listener with news.
   * @param topics – topics to receive, all by default; drives are watched only while a listener
   *   wants them
   * @returns a function that ends the subscription
   */
  subscribe(listener: (news: News) => void, topics?: News['news'][]): () => void
}

/** Notification that the core sends without a request. */
export type News =
  | { news: 'drives'; drives: Drive[] }
  | { news: 'job'; id: string; event: JobEvent }
  /** The settings have changed since they were last read, in this process or another. */
  | { news: 'settings'; reading: SettingsReading }
