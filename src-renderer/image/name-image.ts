import type { Artifact } from '../../src-shared/artifact.ts'
import { words } from '../words/index.ts'
import type { ImageChoice } from './image-choice.svelte.ts'

/** What a chosen image is called in a sentence; empty when none is chosen. */
export function nameImage({ kind, artifact, path, url }: ImageChoice): string {
  if (kind === 'stream') return artifact ? nameArtifact(artifact) : ''
  return (kind === 'file' ? path : url).split(/[/\\]/).pop() ?? ''
}

export const nameArtifact = ({
  stream,
  release,
  architecture,
  format,
}: Pick<Artifact, 'stream' | 'release' | 'architecture' | 'format'>): string =>
  words.sentence.stream(stream, release, architecture, format)
