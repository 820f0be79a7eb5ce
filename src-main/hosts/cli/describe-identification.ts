import type { Hint, Identification, PublishedImage } from '../../../src-shared/identification.ts'
import { partitionKinds } from '../../../src-shared/partition-kinds.ts'
import { plain } from '../../../src-shared/plain.ts'
import { formatBytes, formatExactBytes, groupHash } from '../../../src-shared/units.ts'

/** Formats the result of an identification for the user. */
export function describeIdentification(identification: Identification): string {
  const { identified, match, firstBootSet, hints, drive, statement } = identification
  const { device, model, size } = drive.identity
  const rows: [string, string][] = [
    ['drive', `${device}${model ? ` ${model}` : ''}, ${formatBytes(size)}`],
    ...(identified ? [['release', nameImage(identified)] as [string, string]] : []),
    ...(match?.alsoPublishedAs ?? []).map((image): [string, string] => ['also', nameImage(image)]),
    ...(match
      ? ([
          ['image', formatExactBytes(match.imageSize)],
          ['sha256', groupHash(match.sha256)],
          ['known from', { receipt: 'a receipt', cache: 'saved metadata', stream: 'the stream' }[match.knownFrom]],
        ] as [string, string][])
      : []),
    ...(firstBootSet ? [['first boot', 'set'] as [string, string]] : []),
    ...hints.flatMap((hint): [string, string][] => describeHint(hint).map((words) => ['hint', words])),
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const isHint = hints.some(({ hint }) => hint !== 'cleared')
  return [
    statement,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${plain(value)}`),
    ...(isHint ? ['A hint is what was found on the drive. It is not proof: anyone could have put it there.'] : []),
  ].join('\n')
}

const nameImage = ({ stream, release, architecture, platform, format }: PublishedImage) =>
  [stream, release, architecture, platform, format].join(' ')

function describeHint(hint: Hint): string[] {
  switch (hint.hint) {
    case 'cleared':
      return ['Its first MiB has only zeros: no computer boots from it.']
    case 'iso':
      return [`An ISO named ${hint.volumeId}${describeRelease(hint)}`]
    case 'boot-entry':
      return [`Its boot loader offers ${hint.title}${describeRelease(hint)}`]
    case 'first-boot':
      return [`Its first boot is set up: ${hint.files.join(', ')}`]
    case 'partitions': {
      const { table, count, partitions, sectorSize, coreos, architecture, booted } = hint
      const list = partitions.map(({ name, kind, size }) =>
        [name || (kind ? '' : '(no name)'), kind && partitionKinds[kind], formatBytes(size)].filter(Boolean).join(', '),
      )
      const more = count > list.length ? `; and ${count - list.length} more` : ''
      return [
        `${table} for ${sectorSize}-byte sectors: ${list.join('; ')}${more}`,
        ...(coreos
          ? [`These are the partitions of Fedora CoreOS${architecture === null ? '' : ` for ${architecture}`}`]
          : []),
        ...(booted
          ? [
              'A machine was started from it: the first start changes the partition table, so the drive no longer matches any image',
            ]
          : []),
      ]
    }
  }
}

const describeRelease = ({ release, stream }: { release: string | null; stream: string | null }) =>
  release === null ? '' : ` (release ${release}${stream === null ? '' : `, stream ${stream}`})`
