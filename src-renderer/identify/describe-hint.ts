import type { Hint, KnownFrom } from '../../src-shared/identification.ts'
import { t } from '../words/index.ts'

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
      const names = hint.names.map((name) => name || t('identify.hints.noName')).join(', ')
      return [
        t('identify.hints.partitions', { size: hint.sectorSize, names }),
        ...(hint.coreos ? [t('identify.hints.coreos')] : []),
        ...(hint.architecture === null ? [] : [t('identify.hints.architecture', { name: hint.architecture })]),
        ...(hint.booted ? [t('identify.hints.booted')] : []),
      ]
    }
  }
}

function describeRelease({ release, stream }: { release: string | null; stream: string | null }): string[] {
  if (release === null) return []
  return [
    stream === null ? t('identify.hints.release', { release }) : t('identify.hints.releaseOf', { release, stream }),
  ]
}

export const describeKnownFrom = (knownFrom: KnownFrom): string => t(`identify.knownFrom.${knownFrom}`)
