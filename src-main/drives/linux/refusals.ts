import type { Refusal } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import { say, type Phrase, type Said } from '../../../src-shared/phrases.ts'
import { toRefusal } from '../refusal.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import { isSystemPlace } from './system-use.ts'

/** Facts about a drive that its block tree does not contain. */
export interface Uses {
  /**
   * The part of the running system that the drive carries, found from the mounts and swaps of the
   * system. Null if it carries nothing of it.
   */
  system: Said | null
  /** Names of the loop devices and programs that use the drive. */
  users: Said[]
}

/**
 * Applies the rules that forbid writing to a drive (design, decision 1.3). Plain mounts are no
 * obstacle: they are unmounted.
 */
export function refusalsOf(drive: BlockDevice, { system, users }: Uses): Refusal[] {
  const mountpoints = flatten(drive).flatMap((part) => part.mountpoints)
  const place = mountpoints.find(isSystemPlace) ?? (mountpoints.includes('[SWAP]') ? say('swap') : system)
  // Other users of a drive with the running system are left out: closing them would not free the
  // drive.
  const everyUser = place === null ? [...holdersOf(drive), ...users] : []
  return [
    ...(place === null ? [] : [toRefusal(new KindlingError('drive-system', { drive: drive.device, reason: place }))]),
    ...(drive.readOnly ? [toRefusal(new KindlingError('drive-read-only', { drive: drive.device }))] : []),
    ...(everyUser.length === 0
      ? []
      : [toRefusal(new KindlingError('drive-busy', { drive: drive.device, users: everyUser }))]),
  ]
}

/**
 * Returns the mappings and arrays on a drive, as text for users. The kernel keeps the drive open
 * for them.
 */
export const holdersOf = (drive: BlockDevice): Phrase[] =>
  flatten(drive)
    .slice(1)
    .filter(({ type }) => type !== 'part')
    .map((holder) => say(nameType(holder.type), { device: holder.device }))

/** Returns the phrase for a kind of mapping, which lsblk reports as `type`. */
export function nameType(type: string): 'luks' | 'lvm' | 'raid' | 'multipath' | 'mapped' {
  if (type === 'crypt') return 'luks'
  if (type === 'lvm') return 'lvm'
  if (type.startsWith('raid') || type === 'linear' || type === 'md') return 'raid'
  if (type === 'mpath') return 'multipath'
  return 'mapped'
}
