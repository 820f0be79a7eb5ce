export const several = {
  several: {
    writing: '{count, plural, one {Writing # drive} other {Writing # drives}}',
    keepPlugged: 'Keep all of them plugged in.',
    proved: '{count, plural, one {# drive proved} other {All # drives proved}}',
    written: '{count, plural, one {# drive written} other {# drives written}}',
    unplug: 'You can unplug them.',
    failed: '{count, plural, other {{failed} of # not ready}}',
    othersReady: 'The other drives are ready. You can unplug them.',
    noneReady: 'No drive is ready.',
    progress: '{drive}: progress',
    cancel: 'Cancel all',
    cancelOne: 'Cancel {drive}',
  },
} as const
