export const several = {
  several: {
    writing: '{count, plural, one {Writing # drive} other {Writing # drives}}',
    keepPlugged: 'Keep unfinished drives plugged in.',
    proved: '{count, plural, one {# drive written and verified} other {All # drives written and verified}}',
    written: '{count, plural, one {# drive written} other {# drives written}}',
    failed: '{count, plural, other {{failed} of # drives failed}}',
    keepThese: 'Keep {names} plugged in.',
    readySoFar: '{done} of {count} ready.',
    oneFailed: '{name} failed',
    stopped: '{count, plural, other {{stopped} of # stopped}}',
    ready: '{count, plural, one {# drive is ready.} other {# drives are ready.}}',
    tryAgain: 'Try {name} again',
    noneReady: 'No drive was finished.',
    progress: '{drive}: progress',
    cancel: 'Cancel all',
    cancelOne: 'Cancel {drive}',
  },
} as const
