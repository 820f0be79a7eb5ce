export const several = {
  several: {
    writing: '{count, plural, one {Writing # drive} other {Writing # drives}}',
    keepPlugged: 'Keep unfinished drives plugged in.',
    proved: '{count, plural, one {# drive written and verified} other {All # drives written and verified}}',
    written: '{count, plural, one {# drive written} other {# drives written}}',
    unplug: 'You can unplug them.',
    failed: '{count, plural, other {{failed} of # drives failed}}',
    othersReady: 'The other drives are finished. You can unplug them.',
    noneReady: 'No drive was finished.',
    progress: '{drive}: progress',
    cancel: 'Cancel all',
    cancelOne: 'Cancel {drive}',
  },
} as const
