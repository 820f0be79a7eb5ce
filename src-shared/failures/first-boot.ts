import type { FailureWords } from './failure-words.ts'

/** Failures of setting up the first boot. */
export const failuresOfFirstBoot = {
  'config-hash-differs': {
    kind: 'proof',
    title: '{source} does not have the hash that was given',
    explanation: 'The config is not the one whose hash was given: it was changed, or the hash is of another file.',
    advice: 'It has {actual}, given was {expected}. Check where the config comes from.',
  },
  'config-without-login': {
    kind: 'usage',
    title: 'With {file}, nobody could log in to the system',
    explanation: 'No user has an SSH key or a password, and no console logs in by itself.',
    advice: 'Give a user an SSH key. If nobody shall log in, confirm it (--no-login).',
    windowAdvice: 'Give a user an SSH key. If nobody shall log in, confirm it.',
  },
  'keyfile-refused': {
    kind: 'refused',
    title: '{file} is not a connection of NetworkManager: {reason}',
    explanation: 'NetworkManager ignores a connection that it cannot read, and the machine stays without network.',
    advice: 'Correct the file, or take it out of the folder.',
  },
  'live-file-refused': {
    kind: 'refused',
    title: '{file} cannot be given to the live system: {reason}',
    explanation: 'With this file the live system or its installer would stop.',
    advice: 'Correct the file, or rename it.',
  },
  'install-unconfirmed': {
    kind: 'usage',
    title: 'A machine that starts this live system erases {device} by itself',
    explanation: 'The live system is set up to install Fedora CoreOS on a disk of the machine, without a question.',
    advice: 'If it shall do so, confirm it (--accept-install).',
    windowAdvice: 'If it shall do so, confirm it.',
  },
  'first-boot-file-unreadable': {
    kind: 'failed',
    title: 'Cannot read {file}: {reason}',
    explanation: 'The system did not let a file for the first boot be read.',
    advice: 'Check that the file exists and that you may read it.',
  },
  'first-boot-unreadable': {
    kind: 'refused',
    title: 'The first boot of {drive} cannot be read: {reason}',
    explanation: 'Only a drive with a metal image or a live ISO of Fedora CoreOS has settings of a first boot.',
    advice: 'Choose another drive.',
  },
  'first-boot-unsupported': {
    kind: 'refused',
    title: 'The first boot of this image cannot be set up: {reason}',
    explanation: 'Kindling changes only an image of a form that Fedora publishes, as it was published.',
    advice: 'Write the image without these settings, or choose another one of Fedora CoreOS.',
  },
  'first-boot-no-room': {
    kind: 'refused',
    title: 'The boot file system of the image has no room for the settings of the first boot',
    explanation: 'Config and connections are stored in the boot file system, which has a fixed size.',
    advice: 'Make the config smaller: large files can be fetched by the machine itself.',
  },
  'iso-no-room': {
    kind: 'refused',
    title: 'The live ISO has no room for {place}: {available} bytes are there, {needed} are needed',
    explanation: 'A live ISO reserves places of a fixed size for its settings.',
    advice: 'Make the settings smaller: large files can be fetched by the machine itself.',
  },
  'first-boot-differs': {
    kind: 'proof',
    title: '{path} is not on the drive as it was written',
    explanation: 'After the settings of the first boot were written, a second reader did not find them again.',
    advice: 'Try another port or cable. If it happens again, please report it with these details.',
  },
  'receipt-unusable': {
    kind: 'usage',
    title: '{file} cannot be used as a receipt: {reason}',
    explanation: 'Only the receipt of a write with a first boot has the bytes of the image that were replaced.',
    advice: 'Give a receipt that Kindling stored, or the `receipt` that `kindling write --json` printed.',
    windowAdvice: 'Give the receipt of the write of this drive.',
  },
  'receipt-of-another-image': {
    kind: 'proof',
    title: '{file} is the receipt of another image',
    explanation: 'A receipt leads back only to the image that it was written for.',
    advice: 'It is about {actual}, the image is {expected}. Name the image that was written, or give its receipt.',
  },
  'first-boot-changed': {
    kind: 'proof',
    title: 'The first boot on {drive} is not as it was written: byte {offset} and what follows differ',
    explanation: 'Where the receipt says that the first boot was set up, the drive holds other bytes.',
    advice: 'The drive was started or changed since, or the receipt is that of another drive.',
  },
} as const satisfies Record<string, FailureWords>
