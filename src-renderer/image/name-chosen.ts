import type { ImageChoice } from './image-choice.svelte.ts'
import { nameImage } from './name-image.ts'

/** What a chosen image is called in a sentence; empty when none is chosen. */
export function nameChosen({ kind, artifact, path, url }: ImageChoice): string {
  if (kind === 'stream') return artifact ? nameImage(artifact) : ''
  return (kind === 'file' ? path : url).split(/[/\\]/).pop() ?? ''
}
