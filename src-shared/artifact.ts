import { z } from 'zod'

/** One file that a stream publishes. `name` is `disk` but for multi-file formats (`pxe`: kernel, initramfs, rootfs). */
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

/** A cloud image as the stream names it (an AMI, a project and family…): whatever the metadata says, untouched. */
export interface CloudImage {
  architecture: string
  platform: string
  /** For example `{ "regions": { "eu-west-1": { "release": …, "image": "ami-…" } } }`. */
  image: unknown
}

/** What a stream held when it was last seen. */
export interface Catalog {
  stream: string
  baseUrl: string
  /**
   * Its server was on a public network when these metadata were fetched: they may name no address
   * within.
   */
  isPublic: boolean
  /** ISO 8601, as the publisher states it; null when the metadata does not say. */
  lastModified: string | null
  artifacts: Artifact[]
  images: CloudImage[]
  /** The stream that the metadata say they are of; null when they do not say. */
  stated: string | null
  /**
   * Reasons why these may not be the metadata of the stream as it is now; nothing signs them. Empty
   * as a rule.
   */
  doubts: string[]
  /** Milliseconds since the epoch of the last answer from the server, "not modified" included. */
  seenAt: number
  /** Whole seconds since `seenAt`. */
  ageSeconds: number
  /** Why the server was not asked or did not answer, when this is what was last seen; null when it is fresh. */
  offline: string | null
}
