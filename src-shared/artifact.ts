import type { Phrase, Said } from './phrases.ts'
import { z } from 'zod'

/**
 * File that a stream publishes. `name` is `disk`, except in formats of several files (`pxe`:
 * kernel, initramfs, rootfs).
 */
export const artifact = z.object({
  stream: z.string(),
  architecture: z.string(),
  platform: z.string(),
  release: z.string(),
  format: z.string(),
  name: z.string(),
  location: z.string(),
  signature: z.string().nullable(),
  sha256: z.string(),
  uncompressedSha256: z.string().nullable(),
})
export type Artifact = z.infer<typeof artifact>

/**
 * Cloud image as the stream describes it (an AMI, a project and family…). The metadata is kept
 * unchanged.
 */
export interface CloudImage {
  architecture: string
  platform: string
  /** For example `{ "regions": { "eu-west-1": { "release": …, "image": "ami-…" } } }`. */
  image: unknown
}

/** Meaning of a choice of a release that is not the newest one of its stream. */
export interface OlderRelease {
  stream: string
  release: string
  /** Newest release of the stream. */
  now: string
  /** Time since the day of the release's packages, in whole seconds. */
  ageSeconds: number
  /** Releases through which a machine has to update on its way to `now`, oldest first. */
  barriers: string[]
  /** Reason why machines with the release never update (a URL); null if they do. */
  deadEnd: string | null
}

/** Content of a stream when it was last seen. */
export interface Catalog {
  stream: string
  baseUrl: string
  /**
   * Whether the server was on a public network when this metadata was fetched. Such metadata may
   * not name addresses in private networks.
   */
  isPublic: boolean
  /** Date in ISO 8601, as the publisher states it; null when the metadata has none. */
  lastModified: string | null
  artifacts: Artifact[]
  images: CloudImage[]
  /** Stream that the metadata names as its own; null when it names none. */
  stated: string | null
  /**
   * Reasons why this may not be the stream's current metadata, which is not signed. Usually empty.
   */
  doubts: Phrase[]
  /**
   * Time of the server's last answer ("not modified" included), in milliseconds since the epoch.
   */
  seenAt: number
  /** Time since `seenAt`, in whole seconds. */
  ageSeconds: number
  /**
   * Reason why the server was not asked or did not answer, if this is the metadata last seen; null
   * when it is fresh.
   */
  offline: Said | null
  /** Set if one release was asked for, and the stream has a newer one. */
  older?: OlderRelease | null
}

/** Release that the index of a stream names. */
export interface Release {
  version: string
  /** Day of its packages, in ISO 8601; null when the version is not in Fedora's form. */
  date: string | null
  /** URL of the metadata of this release. */
  location: string
  /** Reason (a URL) why older machines have to update to this release before a later one. */
  barrier?: string
  /** Reason (a URL) why machines with this release never update. */
  deadEnd?: string
}

/** Every release of a stream, newest first, when the index was last seen. */
export interface Releases extends Omit<Catalog, 'artifacts' | 'images'> {
  releases: Release[]
  /** The publisher's own words about the index; null when it has none. */
  note: string | null
}
