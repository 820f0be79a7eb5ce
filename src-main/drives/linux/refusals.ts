import type { Refusal } from '../../../src-shared/drive.ts'
import { say } from '../../../src-shared/phrases.ts'
import { refuse } from '../refusal.ts'
import { flatten, type BlockDevice } from './block-tree.ts'
import { isSystemPlace } from './system-use.ts'

/** What is known of a drive besides its tree. */
export interface Uses {
  /** What of the running system it carries, found from the system's side; null for nothing. */
  system: string | null
  /** Names of loop devices and programs that use it. */
  users: string[]
}

/** The rules that forbid writing to a drive (design, decision 1.3). Plain mounts are no obstacle: they are unmounted. */
export function refusalsOf(drive: BlockDevice, { system, users }: Uses): Refusal[] {
  const mountpoints = flatten(drive).flatMap((part) => part.mountpoints)
  const place = mountpoints.find(isSystemPlace) ?? (mountpoints.includes('[SWAP]') ? say('swap') : system)
  // Who else uses a drive that carries the system does not matter: nobody can let go of it.
  const everyUser = place === null ? [...holdersOf(drive), ...users] : []
  return [
    ...(place === null ? [] : [refuse('drive-system', { drive: drive.device, reason: place })]),
    ...(drive.readOnly ? [refuse('drive-read-only', { drive: drive.device })] : []),
    ...(everyUser.length === 0 ? [] : [refuse('drive-busy', { drive: drive.device, users: everyUser })]),
  ]
}

/** Mappings and arrays that stand on a drive, in words: the kernel keeps it for them. */
export const holdersOf = (drive: BlockDevice): string[] =>
  flatten(drive)
    .slice(1)
    .filter(({ type }) => type !== 'part')
    .map((holder) => say(nameType(holder.type), { device: holder.device }))

/** The phrase for lsblk's word for a kind of mapping. */
export function nameType(type: string): 'luks' | 'lvm' | 'raid' | 'multipath' | 'mapped' {
  if (type === 'crypt') return 'luks'
  if (type === 'lvm') return 'lvm'
  if (type.startsWith('raid') || type === 'linear' || type === 'md') return 'raid'
  if (type === 'mpath') return 'multipath'
  return 'mapped'
}
