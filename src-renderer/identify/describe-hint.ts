import type { Hint, KnownFrom } from '../../src-shared/identification.ts'
import { t } from '../words/index.ts'
import { formatBytes } from '../words/units.ts'

/** Returns the claims that a drive's own data makes, one sentence each. */
export function describeHint(hint: Hint): string[] {
  switch (hint.hint) {
    case 'cleared':
      return [t('identify.hints.cleared')]
    case 'iso':
      return [t('identify.hints.iso', { volume: hint.volumeId }), ...describeRelease(hint)]
    case 'boot-entry':
      return [t('identify.hints.bootEntry', { title: hint.title }), ...describeRelease(hint)]
    case 'first-boot':
      return [t('identify.hints.firstBoot', { files: hint.files.join(', ') })]
    case 'partitions': {
      const { table, sectorSize, count, partitions } = hint
      const list = partitions.map(describePartition).join('; ')
      const more = count - partitions.length
      return [
        t('identify.hints.partitions', { table, size: sectorSize, list }),
        ...(more > 0 ? [t('identify.hints.morePartitions', { count: more })] : []),
        ...(hint.coreos ? [t('identify.hints.coreos')] : []),
        ...(hint.architecture === null ? [] : [t('identify.hints.architecture', { name: hint.architecture })]),
        ...(hint.booted ? [t('identify.hints.booted')] : []),
      ]
    }
  }
}

type PartitionFound = Extract<Hint, { hint: 'partitions' }>['partitions'][number]

function describePartition({ name, kind, size }: PartitionFound): string {
  const title = name === '' ? kind === null && t('identify.hints.noName') : t('drives.label', { label: name })
  return [title, kind && t(`identify.kinds.${kind}`), formatBytes(size)].filter(Boolean).join(', ')
}

function describeRelease({ release, stream }: { release: string | null; stream: string | null }): string[] {
  if (release === null) return []
  return [
    stream === null ? t('identify.hints.release', { release }) : t('identify.hints.releaseOf', { release, stream }),
  ]
}

export const describeKnownFrom = (knownFrom: KnownFrom): string => t(`identify.knownFrom.${knownFrom}`)
