import type { Artifact, OlderRelease } from '../../../src-shared/artifact.ts'
import type { Referrer } from '../../net/http.ts'
import type { Phrase, Said } from '../../../src-shared/phrases.ts'

/** The verified origin of a signature. */
export interface SignedBy {
  /**
   * Fingerprint of the primary key, in upper-case hexadecimal: 40 digits, or 64 for a version 6
   * key.
   */
  fingerprint: string
  /** Signer for display: "Fedora 44", or the user id of a keyring's key. */
  signer: string | null
  /** Time of the signature (ISO 8601). */
  signedAt: string
  trustedBy: 'pinned' | 'keyring'
}

/** Expected value of a hash, and its origin: the stream's metadata or the user. */
export interface ExpectedHash {
  value: string
  from: 'stream' | 'person'
}

/** Checksum list that the user named and that contains the sha256 of the image. */
export interface ChecksumFile {
  /** URL, or absolute path. */
  location: string
  /** Verified signature of the list; null if the list has no signature. */
  signature: { signedBy: SignedBy; fedora: number | null } | null
}

/**
 * The bytes that a job needs and the proofs that they must pass: a resolved `SourceSpec`. No byte
 * of the image has been fetched yet.
 */
export interface SourcePlan {
  /** File name for display. */
  name: string
  /** URL, or absolute path. */
  location: string
  kind: 'url' | 'file'
  /** Null for a file or URL that the user named. */
  artifact: Artifact | null
  /** Server that named the URLs: the stream's. Omitted if the user gave them. */
  referrer?: Referrer
  /** Stream that the metadata name as their own, if they name one. */
  statedStream?: string | null
  /** Reasons why the metadata may not be the current ones of the stream; see `Catalog`. */
  doubts?: Phrase[]
  /** Set if the stream has a newer release than the one that was chosen. */
  older?: OlderRelease | null
  /**
   * Set when the metadata server did not answer: the reason, and the age of the metadata in use.
   */
  offline: { reason: Said; ageSeconds: number } | null
  /**
   * First location to look for a signature, URL or absolute path. Null if the stream names no
   * signature.
   */
  signature: string | null
  /** Further locations to look for a signature, in order. */
  otherSignatures?: string[]
  /**
   * True if the user or the stream named the signature. A missing signature is then an error, even
   * if other proofs exist.
   */
  signatureRequired: boolean
  sha256: ExpectedHash | null
  /**
   * Checksum list in which the sha256 was found, or with which it was compared. Omitted if the user
   * gave no list.
   */
  checksumFile?: ChecksumFile
  uncompressedSha256: ExpectedHash | null
  keyring: string | null
  insecure: boolean
  /** Number of retries; null for no limit. */
  retries: number | null
  /**
   * See `Asking`. It applies until the server has answered. The download itself has no time limit.
   */
  within?: number | undefined
  /** Memory for decompression, in bytes; see `planDecoding`. */
  memory?: number | undefined
}

/** Version of a file, as its server states it. All responses about the same file state the same. */
export interface FileVersion {
  /** Size of the file, in bytes; null if the server does not state it. */
  total: number | null
  /** Strong ETag; null if there is none or the ETag is weak. */
  etag: string | null
  lastModified: string | null
  /** True if the server answers a range request with that range. */
  ranges: boolean
}

/**
 * Tells whether the server confirms that a partly downloaded file is unchanged, and can send the
 * rest of it.
 */
export function isConfirmed(was: Omit<FileVersion, 'ranges'>, now: FileVersion): boolean {
  if (!now.ranges || now.total === null || was.total !== now.total) return false
  if (was.etag !== null && now.etag !== null) return was.etag === now.etag
  return was.lastModified !== null && was.lastModified === now.lastModified
}

/** Bytes that can be read from their start. A local source can be read more than once. */
export interface Source {
  /** URL, or absolute path. */
  readonly location: string
  readonly local: boolean
  readonly fromCache: boolean
  /** Size in bytes; null if the server does not state it. */
  readonly size: number | null
  /**
   * Reads all bytes in order. Each chunk is valid until the next one is requested.
   * @throws the failures of the network or the file
   */
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * Reads `length` bytes from `offset`. Every server can send the start of a file.
   * @returns null if the server does not support ranges
   */
  range(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array | null>
}

/** A source on a server. */
export interface ServerSource extends Source {
  readonly version: FileVersion
  /** Reads all bytes from `offset` on. */
  chunksFrom(offset: number, signal: AbortSignal): AsyncIterable<Uint8Array>
}

export const isOnServer = (source: Source): source is ServerSource => 'chunksFrom' in source
