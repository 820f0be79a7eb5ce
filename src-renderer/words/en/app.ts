export const app = {
  app: {
    name: 'Kindling',
  },

  modes: { label: 'Mode', write: 'Write', verify: 'Verify' },

  notices: {
    mirror: 'Streams are read from {url}, not from Fedora.',
    keyring: 'Besides Fedora’s keys, those in {file} are trusted.',
  },
} as const
