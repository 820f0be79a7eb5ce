import { partitionKinds } from '../../../src-shared/partition-kinds.ts'

export const identify = {
  identify: {
    comparesWith: 'Compared with',
    what: 'Kindling reads the drive once and compares it with every published image it knows. The drive is not changed.',
    proved: 'Fedora CoreOS {stream} {release}',
    provedOf: '{drive} matches the published image in every byte.',
    provedUnderFirstBoot: '{drive} matches the published image, plus a first-boot setup.',
    claimed: 'Calls itself {release}. First boot: set up',
    cleared: 'The drive is cleared',
    clearedOf: 'The first MiB of {drive} has only zeros. No computer boots from it.',
    unproved: 'Not a published image',
    unknown: 'Unknown',
    nothingKnown: 'Kindling knows no published image to compare {drive} with.',
    unknownOf:
      '{count, plural, one {{drive} does not match the one image Kindling knows.} other {{drive} matches none of the # images Kindling knows.}}',
    image: 'The image on the drive',
    also: 'The same bytes as',
    knownFrom: {
      stream: 'matches the hash in the stream',
      cache: 'matches the hash in the stream when it was last read',
      receipt: 'matches a receipt of this computer',
    },
    cached: 'may have come from the system’s cache',
    noSignature: 'The signature was not checked.',
    says: 'Found on the drive',
    found: 'Contents',
    noFileSystems: 'The system sees no file system in these partitions.',
    compared: '{count, plural, one {Compared with # image} other {Compared with # images}}',
    compareWithFile: 'Compare with an image file…',
    writeTo: 'Write an image to it',
    noProof: 'Not proof:',
    anybody: 'anyone could have put this there.',
    /** Kinds of partitions. */
    kinds: partitionKinds,
    hints: {
      cleared: 'Its first MiB has only zeros.',
      iso: 'An ISO named “{volume}”.',
      bootEntry: 'Its boot loader offers “{title}”.',
      partitions: 'Its {table} partition table for {size}-byte sectors has: {list}.',
      morePartitions: '{count, plural, one {And # more partition.} other {And # more partitions.}}',
      noName: '(no name)',
      coreos: 'These are the partitions of Fedora CoreOS.',
      architecture: 'Made for {name}.',
      booted:
        'A machine was started from it. The first start changes the partition table, so the drive no longer matches any image.',
      firstBoot: 'Its first boot is set up: {files}.',
      release: 'Release {release}.',
      releaseOf: 'Release {release} of the stream {stream}.',
    },
  },
} as const
