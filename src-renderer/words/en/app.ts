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
    restore: 'Restore',
    save: 'Save',
    key: 'Ctrl+{number}',
    running: 'running,',
    percent: '{percent} %',
    done: 'done',
    failed: 'failed',
    stopped: 'stopped',
    unknown: 'no match',
  },

  notices: {
    mirror: 'Using the mirror {url} instead of Fedora’s servers.',
    keyring: 'Also trusting the keys in {file}.',
  },
} as const
