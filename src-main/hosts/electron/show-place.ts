import { resolve } from 'node:path'
import type { SourceSpec } from '../../../src-shared/job.ts'
import { plain } from '../../../src-shared/plain.ts'
import { isWebAddress } from '../../../src-shared/web-address.ts'
import { showUrl } from '../../net/http.ts'

// Names for the dialogs of the system. They are safe to show, and fit a dialog.

export function nameSource(image: SourceSpec['image']): string {
  if (image.kind === 'file') return showPath(image.path)
  if (image.kind === 'url') return showUrl(image.url)
  return plain([image.stream, image.architecture, image.platform, image.format].join(' '), 300)
}

export const showPlace = (place: string): string => (isWebAddress(place) ? showUrl(place) : showPath(place))

/** Shortens a path to its two ends: a system's dialog does not have room for more. */
export function showPath(path: string): string {
  const whole = plain(resolve(path), 5000)
  return whole.length > 300 ? `${whole.slice(0, 100)} … ${whole.slice(-200)}` : whole
}
