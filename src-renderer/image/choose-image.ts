import type { SourceSpec } from '../../src-shared/job.ts'
import type { ImageChoice } from './image-choice.svelte.ts'

/**
 * Chooses an image that came from outside the pickers: a recent one, a pasted one, or one passed to
 * the window.
 */
export function chooseImage(choice: ImageChoice, image: SourceSpec['image']): void {
  if (image.kind === 'stream') choice.chooseStream(image)
  else if (image.kind === 'file') choice.chooseFile(image.path)
  else choice.chooseUrl(image.url)
}
