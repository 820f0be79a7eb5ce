export const firstBoot = {
  boot: {
    title: 'First boot',
    how: 'How the system starts for the first time',
    kinds: { published: 'As published', file: 'Ignition file' },
    published: 'Nobody can log in: the published system has no password and no key.',
    choose: 'Choose an Ignition file…',
    chooseOther: 'Choose another…',
    checkAgain: 'Check again',
    dropHere: 'Or drop it onto the window. It stays readable on the drive until the first boot.',
    fits: 'A valid config of version {version}. It stays readable on the drive until the first boot.',
    error: 'Error',
    warning: 'Warning',
    place: 'Line {line}, column {column}: ',
  },
} as const
