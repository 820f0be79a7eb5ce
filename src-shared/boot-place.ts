import type { Said } from './phrases.ts'

/**
 * Place that an image has for a first boot, as far as its bytes tell before a write: the boot
 * partition of a metal image, or the areas of a live ISO.
 */
export type BootPlace = { kind: 'metal' | 'live' | 'unknown' } | { kind: 'none'; reason: Said }
