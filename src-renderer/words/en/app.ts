export const app = {
  app: {
    name: 'Kindling',
  },

  modes: {
    label: 'Jobs',
    write: 'Write',
    verify: 'Verify',
    identify: 'Identify',
    download: 'Download',
    key: 'Ctrl+{number}',
    running: 'running,',
    percent: '{percent} %',
    done: 'done',
    failed: 'failed',
    stopped: 'stopped',
    unknown: 'no match',
  },

  notices: {
    mirror: 'Streams are read from {url}, not from Fedora.',
    keyring: 'Besides Fedora’s keys, those in {file} are trusted.',
  },
} as const
