export const several = {
  several: {
    writing: '{count, plural, one {Writing # drive} other {Writing # drives}}',
    keepPlugged: 'Keep all of them plugged in.',
    proved: '{count, plural, one {# drive proved} other {All # drives proved}}',
    written: '{count, plural, one {# drive written} other {# drives written}}',
    unplug: 'You can unplug them.',
    failed: '{count, plural, other {{failed} of # not ready}}',
    keepThese: 'Keep {names} plugged in.',
    readySoFar: '{done} of {count} ready.',
    oneFailed: '{name} failed',
    stopped: '{count, plural, other {{stopped} of # stopped}}',
    ready:
      '{count, plural, one {# drive is ready. You can unplug it.} other {# drives are ready. You can unplug them.}}',
    tryAgain: 'Try {name} again',
    noneReady: 'No drive is ready.',
    progress: '{drive}: progress',
    cancel: 'Cancel all',
    cancelOne: 'Cancel {drive}',
  },
} as const
