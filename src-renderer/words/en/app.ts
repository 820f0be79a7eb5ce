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

  sandbox: {
    lost: 'This AppImage runs without Chromium’s sandbox: an attack on its page could reach your files.',
    given: 'Start it without the option that turns the sandbox off.',
    remedy: 'The deb and the rpm keep the sandbox.',
    apparmor:
      'AppArmor does not let it create user namespaces ({setting}). Install the deb or the rpm, which keep the sandbox, or load an AppArmor profile for this AppImage.',
    kernel:
      'The system does not let it create user namespaces ({setting}). Install the deb or the rpm, which keep the sandbox, or have that setting changed.',
    copyProfile: 'Copy a profile',
    profileCopied: 'The profile is copied. Its first line says where to save it.',
  },

  notices: {
    mirror: 'Using the mirror {url} instead of Fedora’s servers.',
    keyring: 'Also trusting the keys in {file}.',
  },
} as const
