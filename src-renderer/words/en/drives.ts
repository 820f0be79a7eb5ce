export const drives = {
  drives: {
    title: 'Drives',
    list: 'Drives to choose from',
    none: 'No drive is plugged in that can be written.',
    noneHint: 'Plug one in; it appears here by itself.',
    diskImage: 'Disk-image file…',
    diskImageFile: 'disk-image file',
    empty: 'no file system found',
    moreContents: '{count, plural, other {and # more}}',
    label: '“{label}”',
    mounted: 'mounted at {places}',
    sectors: '4096-byte sectors',
    precious: 'looks like somebody’s disk',
    tooSmall: 'Too small: the image needs {size}',
    hidden: '{count, plural, other {# not offered: {reasons}}}',
    /** Short forms of refusals. */
    reasons: {
      'drive-system': 'system drive',
      'drive-read-only': 'write-protected',
      'drive-too-small': 'too small',
      'drive-busy': 'in use',
      'drive-holds-source': 'holds the image',
    },
    otherReason: 'not usable',
    gone: '{name} was unplugged.',
  },
} as const
