import type { Artifact } from '../../src-shared/artifact.ts'
import type { Referrer } from '../net/http.ts'
import type { SignedBy } from './proof/signature.ts'

/** A hash that was promised, and who promised it. */
export interface ExpectedHash {
  value: string
  from: 'stream' | 'person'
}

/** A list of sums that a person named, which holds the image's. */
export interface ChecksumFile {
  /** URL, or absolute path. */
  location: string
  /** The signature of the list, which was checked; null for a list without one. */
  signature: { signedBy: SignedBy; fedora: number | null } | null
}

/** Which bytes a job wants and what must be proved of them: a `SourceSpec` made precise, nothing fetched yet. */
export interface SourcePlan {
  /** File name for people. */
  name: string
  /** URL, or absolute path. */
  location: string
  kind: 'url' | 'file'
  /** Null for a file or URL that a person named. */
  artifact: Artifact | null
  /** The server that named the addresses: the stream's; left out where a person gave them. */
  namedBy?: Referrer
  /** The stream that the metadata say they are of, where they say it. */
  statedStream?: string | null
  /** Why the metadata may not be those of the stream as it is now; see `Catalog`. */
  doubts?: string[]
  /** How old the stream metadata are and why, when their server did not answer. */
  offline: { reason: string; ageSeconds: number } | null
  /** Where a signature may be, URL or absolute path; null when the stream names none. */
  signature: string | null
  /** Where it may be besides, in the order in which it is looked for. */
  otherSignatures?: string[]
  /** It was given by a person or the stream: that it is missing is then a failure whatever else is known. */
  signatureRequired: boolean
  sha256: ExpectedHash | null
  /** The list that the sha256 was found in, or compared with; left out where none was given. */
  checksumFile?: ChecksumFile
  uncompressedSha256: ExpectedHash | null
  keyring: string | null
  insecure: boolean
  /** Null for ever. */
  retries: number | null
  /** See `Asking`. What is downloaded has as long as it takes, once its server has answered. */
  within?: number | undefined
  /** Bytes that decompressing may take; see `planDecoding`. */
  memory?: number | undefined
}

/** What a server says of a file: every answer about the same file says the same. */
export interface Version {
  /** Bytes. */
  total: number | null
  /** A strong one. */
  etag: string | null
  lastModified: string | null
  /** The server answers a request for a range with that range. */
  ranges: boolean
}

/** Whether a server confirms that a file is still the one of which bytes are at hand, and can give the rest of it. */
export function isConfirmed(was: Omit<Version, 'ranges'>, now: Version): boolean {
  if (!now.ranges || now.total === null || was.total !== now.total) return false
  if (was.etag !== null && now.etag !== null) return was.etag === now.etag
  return was.lastModified !== null && was.lastModified === now.lastModified
}

/** Bytes that can be read from their start, more than once when they are local. */
export interface Source {
  /** URL, or absolute path. */
  readonly location: string
  readonly local: boolean
  readonly fromCache: boolean
  /** Bytes; null when the server does not say. */
  readonly size: number | null
  /** All bytes in order; each chunk may be used until the next one is asked for. @throws the failures of the network or the file */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** So many bytes from an offset; null when the server cannot (the start of a file can be had from any). */
  range(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array | null>
}

/** A source on a server. */
export interface ServerSource extends Source {
  readonly version: Version
  /** All bytes from an offset on. */
  chunksFrom(offset: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export const isOnServer = (source: Source): source is ServerSource => 'chunksFrom' in source
