import { z } from 'zod'
import type { Catalog } from './artifact.ts'
import type { Drive, Refusal } from './drive.ts'
import { anyJobSpec, sourceSpec, writeSpec, type JobEvent, type SourceSpec } from './job.ts'
import type { Result } from './result.ts'
import { settingsChanges, type SettingsReading } from './settings.ts'

/** What a job with this source would read, before anything is touched. */
export interface SourcePreview {
  /** A file name for people. */
  name: string
  /**
   * Reasons why the stream may be another or older than it seems: a write wants each of them
   * accepted.
   */
  doubts: string[]
  release: string | null
  /** Bytes to fetch or read; null when the server does not say. */
  size: number | null
  /** Bytes on the drive; null when only decoding can tell. */
  imageSize: number | null
  /** It is in the cache, proved. */
  cached: boolean
  /** What can prove its origin. `none` needs `insecure`. */
  origin: 'signature' | 'signed-list' | 'sha256' | 'none'
  /** False if the image has no partition table, ISO descriptor or known file system: a write needs consent. */
  recognized: boolean
  /** For people: "Fedora 44", the owner of a keyring's key, or null. */
  signer: string | null
  /** Why it is nothing for a drive (a container, several files), as far as names tell; null when it may be written. */
  refusal: Refusal | null
}

/** What the window needs to know of the program that serves it. */
export interface Surroundings {
  version: string
  /** As Fedora names it: x86_64, aarch64, … */
  architecture: string
  streams: string[]
  /** Set by KINDLING_STREAM_BASE_URL or in the settings; null for Fedora's own. */
  streamBaseUrl: string | null
  /** Set by KINDLING_KEYRING or in the settings: a file of keys that is trusted besides Fedora's. */
  keyring: string | null
}

/** An image that was kept when it was fetched, or the part of one that came before its download ended. */
export interface CachedImage {
  sha256: string
  state: 'whole' | 'partial'
  /** Bytes on this disk. */
  size: number
  /** Bytes of the whole image; null when its server did not say. */
  total: number | null
  /** Milliseconds since the epoch. */
  usedAt: number
  /** The file name by which it was fetched; null when nobody knows. */
  name: string | null
  /** A download is writing it, or a job of this program reads it. */
  inUse: boolean
}

/** What was kept of downloads. */
export interface CacheListing {
  directory: string
  /** Bytes that it may take: what was used longest ago goes first. */
  limit: number
  /** Bytes that it takes. */
  size: number
  /** What was used last first. */
  images: CachedImage[]
}

export interface CacheClearing {
  directory: string
  removed: CachedImage[]
  /** In use, or not to be removed. */
  left: CachedImage[]
}

/** An image that a job was started with. */
export interface RecentImage {
  image: SourceSpec['image']
  /** Milliseconds since the epoch. */
  usedAt: number
}

/** The calls of the contract: their arguments, checked at the door, and what they answer. */
export const contract = {
  surroundings: z.object({}),
  /** Reads one stream; with `offline` only what was last seen is used, at once. */
  catalog: z.object({
    stream: z.string().min(1).max(100),
    streamBaseUrl: z.string().optional(),
    offline: z.boolean().optional(),
  }),
  drives: z.object({}),
  /** One drive that the list does not hold: a disk-image file, a /dev/disk/by-* name. */
  inspectDrive: z.object({ path: z.string().min(1).max(4096) }),
  cache: z.object({}),
  /** Removes every image that was kept, but those in use. */
  clearCache: z.object({}),
  preview: z.object({ source: sourceSpec }),
  /** Images that jobs were started with, the last one first. */
  recentImages: z.object({}),
  settings: z.object({}),
  /** Answers them as they are then. */
  changeSettings: z.object({ changes: settingsChanges }),
  /** Starts a job; its events come through `subscribe`, the last one being `done` or `failed`. */
  start: z.object({ spec: anyJobSpec }),
  /** Starts a job for each of several drives, which share one reading of the image. */
  startWrites: z.object({ spec: writeSpec }),
  cancel: z.object({ id: z.string() }),
} as const

export interface Answers {
  surroundings: Surroundings
  catalog: Catalog
  drives: Drive[]
  inspectDrive: Drive
  cache: CacheListing
  clearCache: CacheClearing
  preview: SourcePreview
  recentImages: RecentImage[]
  settings: SettingsReading
  changeSettings: SettingsReading
  start: { id: string }
  /** In the order of the drives. */
  startWrites: { ids: string[] }
  cancel: null
}

export type CallName = keyof typeof contract
export type Arguments<N extends CallName> = z.infer<(typeof contract)[N]>

/** What Kindling can do, for any host: the window reaches it through a checked door, the command line directly. */
export type Api = { [N in CallName]: (args: Arguments<N>) => Promise<Result<Answers[N]>> } & {
  /** Answers the function that ends it. @param topics all unless narrowed: who hears of drives makes them be watched */
  subscribe(listener: (news: News) => void, topics?: News['news'][]): () => void
}

/** What comes without being asked for. */
export type News =
  | { news: 'drives'; drives: Drive[] }
  | { news: 'job'; id: string; event: JobEvent }
  /** They are no longer as they were read, whoever changed them. */
  | { news: 'settings'; reading: SettingsReading }
