export const firstBoot = {
  boot: {
    title: 'First boot',
    how: 'Setup for the first boot',
    kinds: { published: 'As published', file: 'Ignition file' },
    published: 'You cannot log in: the published system has no password and no key.',
    choose: 'Choose an Ignition file…',
    chooseOther: 'Choose another…',
    checkAgain: 'Check again',
    dropHere: 'Or drop it onto the window. Anyone can read it on the drive until the first boot.',
    fits: 'A valid config of version {version}. Anyone can read it on the drive until the first boot.',
    error: 'Error',
    warning: 'Warning',
    place: 'Line {line}, column {column}: ',
  },
} as const
