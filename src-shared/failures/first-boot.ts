import type { FailureWords } from './failure-words.ts'

/** Failures of setting up the first boot. */
export const failuresOfFirstBoot = {
  'config-hash-differs': {
    kind: 'proof',
    title: '{source} does not have the expected hash',
    explanation: 'The config was changed, or the hash belongs to another file.',
    advice: 'Its hash is {actual}; expected was {expected}. Check where the config comes from.',
  },
  'config-without-login': {
    kind: 'usage',
    title: 'With {file}, you could not log in to the system',
    explanation: 'No user has an SSH key or a password, and no console logs in automatically.',
    advice: 'Give a user an SSH key. To write it without a login, confirm it (--no-login).',
    windowAdvice: 'Give a user an SSH key, or confirm that you want no login.',
  },
  'keyfile-refused': {
    kind: 'refused',
    title: '{file} is not a connection of NetworkManager: {reason}',
    explanation: 'NetworkManager ignores a connection that it cannot read, and the machine would have no network.',
    advice: 'Correct the file, or remove it from the folder.',
  },
  'live-file-refused': {
    kind: 'refused',
    title: 'The live system cannot use {file}: {reason}',
    explanation: 'With this file the live system or its installer would stop.',
    advice: 'Correct the file, or rename it.',
  },
  'install-unconfirmed': {
    kind: 'usage',
    title: 'A machine started from this live system erases {device} without asking',
    explanation: 'The live system is set up to install Fedora CoreOS on a disk of the machine, without asking.',
    advice: 'If you want that, confirm it (--accept-install).',
    windowAdvice: 'If you want that, confirm it.',
  },
  'first-boot-file-unreadable': {
    kind: 'failed',
    title: 'Cannot read {file}: {reason}',
    explanation: 'The system refused to read a file for the first boot.',
    advice: 'Check that the file exists and that you have permission to read it.',
  },
  'first-boot-unreadable': {
    kind: 'refused',
    title: 'The first boot of {drive} cannot be read: {reason}',
    explanation: 'Only a drive with a metal image or a live ISO of Fedora CoreOS has settings for the first boot.',
    advice: 'Choose another drive.',
  },
  'first-boot-unsupported': {
    kind: 'refused',
    title: 'The first boot of this image cannot be set up: {reason}',
    explanation: 'Kindling sets up only images as Fedora publishes them.',
    advice: 'Write the image without these settings, or choose another image of Fedora CoreOS.',
  },
  'first-boot-no-room': {
    kind: 'refused',
    title: 'The boot file system of the image has no space for the first-boot settings',
    explanation: 'Config and connections are stored in the boot file system, which has a fixed size.',
    advice: 'Make the config smaller: the machine can download large files itself.',
  },
  'iso-no-room': {
    kind: 'refused',
    title:
      'The live ISO has no space for {place}: it has {available, plural, one {# byte} other {# bytes}}, and needs {needed}',
    explanation: 'A live ISO reserves areas of a fixed size for its settings.',
    advice: 'Make the settings smaller: the machine can download large files itself.',
  },
  'first-boot-differs': {
    kind: 'proof',
    title: '{path} on the drive differs from what was written',
    explanation: 'Kindling wrote the first-boot settings, read them back, and found a difference.',
    advice: 'Try another port or cable. If it happens again, please report it with these details.',
  },
  'receipt-unusable': {
    kind: 'usage',
    title: '{file} cannot be used as a receipt: {reason}',
    explanation: 'Only the receipt of a write with a first-boot setup has the replaced bytes of the image.',
    advice: 'Give a receipt that Kindling saved, or the `receipt` printed by `kindling write --json`.',
    windowAdvice: 'Choose the receipt of the write of this drive.',
  },
  'receipt-of-another-image': {
    kind: 'proof',
    title: '{file} is the receipt of another image',
    explanation: 'A receipt fits only the image that was written.',
    advice:
      'It is of {actual}; the image is {expected}. Choose the image that was written, or the receipt of this one.',
  },
  'first-boot-changed': {
    kind: 'proof',
    title: 'The first-boot setup on {drive} has changed: it differs from byte {offset} on',
    explanation: 'The bytes on the drive differ from the first-boot setup in the receipt.',
    advice: 'The machine was started from the drive, the drive was changed, or the receipt belongs to another drive.',
  },
} as const satisfies Record<string, FailureWords>
