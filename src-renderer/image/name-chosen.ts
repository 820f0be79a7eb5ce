import type { ImageChoice } from './image-choice.svelte.ts'
import { nameImage } from './name-image.ts'

/**
 * Returns the chosen image's name for a sentence, or an empty string if none is chosen.
 * @param short – whether to give only the major number of a release
 */
export function nameChosen({ kind, artifact, path, url }: ImageChoice, short = false): string {
  if (kind === 'stream') {
    if (artifact === null) return ''
    return nameImage(short ? { ...artifact, release: artifact.release.split('.')[0]! } : artifact)
  }
  return (kind === 'file' ? path : url).split(/[/\\]/).pop() ?? ''
}
