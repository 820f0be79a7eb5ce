import type { z } from 'zod'
import type { Artifact, Catalog } from '../../src-shared/artifact.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said, toMessage, fromMessage } from '../../src-shared/phrases.ts'
import { findJsonExcess } from './find-json-excess.ts'
import { formatJsonPath } from './json-path.ts'
import { maxStreamBytes, streamFile } from './stream-file.ts'

/** The content of a stream's metadata, in the order of the file. */
export type StreamContent = Pick<Catalog, 'stream' | 'stated' | 'lastModified' | 'artifacts' | 'images'>

/**
 * Parses stream metadata. The result has the name in the request, not the one in the file
 * (`stated`). Only the requested name finds the stream again, and a mirror may keep an old
 * `stable.json` as `stable-2021-06.json`.
 * @throws metadata-malformed with the place of the first error
 */
export function parseStream(text: string | Uint8Array, stream: string): StreamContent {
  const { metadata, architectures, stream: stated = null } = parseMetadata(text, streamFile)
  const all = [...architectures]
  return {
    stream,
    stated,
    lastModified: metadata?.['last-modified'] ?? null,
    artifacts: all.flatMap(([architecture, { artifacts }]) => listArtifacts(artifacts, { stream, architecture })),
    images: all.flatMap(([architecture, { images }]) =>
      [...(images ?? [])].map(([platform, image]) => ({ architecture, platform, image })),
    ),
  }
}

/**
 * Parses a metadata file by its schema.
 * @throws metadata-malformed with the place of the first error
 */
export function parseMetadata<T extends z.ZodType>(text: string | Uint8Array, schema: T): z.infer<T> {
  const parsed = schema.safeParse(parseJson(decode(text)), { error: describeTypes })
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw malformed(formatJsonPath(path), fromMessage(message))
}

type Platforms = z.infer<typeof streamFile>['architectures'] extends Map<string, { artifacts: infer P }> ? P : never

/** Lists the files of one architecture. */
export function listArtifacts(platforms: Platforms, common: Pick<Artifact, 'stream' | 'architecture'>): Artifact[] {
  const artifacts: Artifact[] = []
  for (const [platform, { release, formats }] of platforms)
    for (const [format, files] of formats)
      for (const [name, file] of files)
        artifacts.push({
          ...common,
          platform,
          release,
          format,
          name,
          location: file.location,
          signature: file.signature ?? null,
          sha256: file.sha256,
          uncompressedSha256: file['uncompressed-sha256'] ?? null,
        })
  return artifacts
}

function decode(text: string | Uint8Array): string {
  if ((typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength) > maxStreamBytes)
    throw malformed(say('whole-file'), say('too-many-bytes', { most: maxStreamBytes }))
  if (typeof text === 'string') return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text)
  } catch {
    throw malformed(say('whole-file'), say('no-utf8'))
  }
}

function parseJson(text: string): unknown {
  const excess = findJsonExcess(text)
  if (excess !== null) throw malformed(say('whole-file'), excess)
  try {
    return JSON.parse(text)
  } catch {
    throw malformed(say('whole-file'), say('not-json'))
  }
}

const describeTypes: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  if (issue.input === undefined) return toMessage(say('value-missing'))
  return toMessage(
    say(
      issue.expected === 'string' ? 'expected-text' : issue.expected === 'array' ? 'expected-list' : 'expected-object',
    ),
  )
}

const malformed = (place: Said, reason: Said) => new KindlingError('metadata-malformed', { place, reason })
