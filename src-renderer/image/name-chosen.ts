import type { ImageChoice } from './image-choice.svelte.ts'
import { nameImage } from './name-image.ts'

/** Returns the chosen image's name for a sentence, or an empty string if none is chosen. */
export function nameChosen({ kind, artifact, path, url }: ImageChoice): string {
  if (kind === 'stream') return artifact ? nameImage(artifact) : ''
  return (kind === 'file' ? path : url).split(/[/\\]/).pop() ?? ''
}
