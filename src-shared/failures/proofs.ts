import type { FailureWords } from './failure-words.ts'

/** Failures of signatures, keys, hashes and the image. */
export const failuresOfProofs = {
  // Signatures and keys
  'signature-missing': {
    kind: 'proof',
    title: 'There is no signature for {source}',
    explanation: 'Without a signature nothing proves that the image is Fedora’s and nobody else’s.',
    advice:
      'Give one with --signature, or the expected hash with --sha256. With --insecure the image is used without any proof of where it comes from.',
    windowAdvice:
      'Choose its signature, or enter the expected sha256. Without both, the image can be used only without any proof of where it comes from.',
  },
  'signature-malformed': {
    kind: 'proof',
    title: 'The signature of {source} is not an OpenPGP signature: {reason}',
    explanation: 'There is a file where the signature should be, but it holds something else.',
    advice: 'Get the signature again from where the image comes from.',
  },
  'signature-bad': {
    kind: 'proof',
    title: 'The signature does not belong to this image',
    explanation: 'The signature was made for other bytes than these.',
    advice: 'The image or its signature was changed or mixed up. Do not use it; get both again.',
  },
  'signature-expired': {
    kind: 'proof',
    title: 'The signature expired on {date}',
    explanation: 'Whoever signed the image said until when the signature holds, and that day is over.',
    advice: 'Use a newer release.',
  },
  'signature-from-future': {
    kind: 'proof',
    title: 'The signature says that it was made on {date}, which is in the future',
    explanation: 'A signature cannot be older than its making: this clock is wrong, or the signer’s was.',
    advice: 'Check the clock of this computer.',
  },
  'signature-weak': {
    kind: 'proof',
    title: 'The signature uses {algorithm}, which can be forged',
    explanation: 'Its hash is so weak that another image could be made which has the same signature.',
    advice: 'Ask the publisher for a signature with SHA-256 or better.',
  },
  'key-not-pinned': {
    kind: 'proof',
    title: 'The image is signed by {key}, which is not a key of Fedora that Kindling trusts',
    explanation:
      'The signature may be right, but anybody can sign. Kindling trusts only the keys that Fedora published.',
    advice: 'If you trust the signer, give the public key with --keyring. Otherwise do not use this image.',
    windowAdvice: 'If you trust the signer, choose a file with the public key. Otherwise do not use this image.',
  },
  'key-unknown': {
    kind: 'proof',
    title: 'The image is signed by {key}, which neither the keyring {keyring} nor Fedora has',
    explanation: 'A signature can only be checked with the public key that belongs to it.',
    advice: 'Check that the keyring holds the public key of the signer.',
  },
  'key-expired': {
    kind: 'proof',
    title: 'The key {key} that signed the image expired on {date}',
    explanation: 'The key’s owner said until when it signs, and the signature is younger than that.',
    advice: 'Get a current copy of the key, or a newer release.',
  },
  'key-revoked': {
    kind: 'proof',
    title: 'The key {key} that signed the image was revoked',
    explanation: 'Whoever withdraws a key no longer answers for what it signed, perhaps because it was stolen.',
    advice: 'Its owner withdrew it. Do not use this image.',
  },
  'key-unusable': {
    kind: 'proof',
    title: 'The key {key} may not sign images: {reason}',
    explanation: 'Not every key may sign files: its owner or its kind forbids it.',
    advice: 'Get a current copy of the key from its owner.',
  },
  'key-unavailable': {
    kind: 'failed',
    title: 'The public key {key} of Fedora {release} could not be fetched',
    explanation: 'Kindling knows the fingerprint of the key, but does not have the key itself, and could not fetch it.',
    advice: 'Check the connection and try again, or give the key with --keyring.',
    windowAdvice: 'Check the connection and try again, or choose a file with the key.',
  },
  'keyring-unreadable': {
    kind: 'usage',
    title: 'The keyring {keyring} cannot be used: {reason}',
    explanation: 'The file is not there, or holds no public keys.',
    advice: 'Give a file with OpenPGP public keys.',
  },

  'image-is-another': {
    kind: 'proof',
    title: 'This is another image than its name says: {reason}',
    explanation:
      'A signature does not say which image it is for. The key, the date of the signature and the image itself do, and contradict the name.',
    advice:
      'Do not use it: the server may offer an old or a wrong image under a new name. Get it from Fedora, or choose what it is.',
  },

  // Hashes
  'sha256-mismatch': {
    kind: 'proof',
    title: 'The image has the sha256 {actual}, not {expected}',
    explanation: 'The hash is a fingerprint of the whole file: a single other bit makes another one.',
    advice: 'It was damaged or changed on its way. Do not use it; get it again.',
  },
  'uncompressed-sha256-mismatch': {
    kind: 'proof',
    title: 'The decompressed image has the sha256 {actual}, not {expected}',
    explanation: 'The file came as it was published, but what it unpacks to is not what was stated.',
    advice: 'Do not use it; get it again. If it happens again, the metadata is wrong.',
  },

  'checksum-file-unreadable': {
    kind: 'usage',
    title: 'The list of sums {list} cannot be used: {reason}',
    explanation: 'A list of sums is a text file with a sum and a file name in each line, as sha256sum writes it.',
    advice: 'Give the list that lies beside the image: SHA256SUMS, or a file whose name ends in CHECKSUM.',
  },
  'checksum-missing': {
    kind: 'proof',
    title: '{list} holds no sha256 of {file}: {reason}',
    explanation: 'A list of sums tells the images apart by their file names.',
    advice: 'Give the list of the release that the image is of.',
  },
  'checksums-differ': {
    kind: 'proof',
    title: '{list} holds two different sums of {file}',
    explanation: 'One file has one sha256, so one of the two lines is wrong.',
    advice: 'Get the list again, or give the right line with --sha256.',
    windowAdvice: 'Get the list again.',
  },
  'checksums-changed': {
    kind: 'proof',
    title: 'The list of sums {list} is not the one that was signed',
    explanation: 'The signature was made for another text.',
    advice: 'The list or its signature was changed or mixed up. Do not use it; get both again.',
  },

  // The image
  'image-empty': {
    kind: 'refused',
    title: '{source} is empty',
    explanation: 'There is not one byte in it to write.',
    advice: 'Choose another image.',
  },
  'image-container': {
    kind: 'refused',
    title: '{source} is a {kind}, a container for virtual machines or clouds; a drive cannot boot it',
    explanation: 'Such a file wraps a disk for virtual machines. Written as it is, a drive would hold the wrapping.',
    advice:
      'For a drive take the platform metal, format raw.xz or iso; or turn it into a raw image first (qemu-img convert -O raw).',
  },
  'image-for-other': {
    kind: 'refused',
    title: '{source} is a {kind}; a drive cannot boot it',
    explanation:
      'It is made for something else than a drive: a card takes it over its own bus, a cluster starts the disk in it.',
    advice:
      'For a drive take the platform metal, format raw.xz or iso. This file goes where it is made for: to a card with bfb-install, to a cluster by its registry.',
  },
  'image-packed': {
    kind: 'refused',
    title: '{source} is a {kind}, which Kindling does not unpack',
    explanation: 'Kindling unpacks xz, gzip and zstd, once. Written as it is, a drive would hold the packed file.',
    advice: 'Unpack it first, then write the image that comes out.',
  },
  'image-not-disk': {
    kind: 'refused',
    title: '{source} is no disk image ({kind})',
    explanation: 'Its first bytes tell what it is. No computer could boot from a drive that holds it.',
    advice: 'Choose another file: a disk image (.raw, .img) or an .iso.',
  },
  'image-unrecognized': {
    kind: 'refused',
    title: '{source} does not look like a disk image',
    explanation:
      'It has no partition table, no ISO descriptor and no known file system. Firmware boots only from drives that have one of them.',
    advice:
      'Choose another file: a disk image (.raw, .img) or an .iso. To write this one anyway, confirm it (--accept-unrecognized-image).',
    windowAdvice:
      'Choose another file: a disk image (.raw, .img) or an .iso. To write this one anyway, choose it again and agree to it.',
  },
  'image-not-compressed': {
    kind: 'proof',
    title: '{source} is called {extension}, but it is not compressed that way',
    explanation: 'The first bytes of a file tell how it is compressed; these tell of something else.',
    advice: 'It is another file than its name says. Get it again.',
  },
  'image-unsupported': {
    kind: 'refused',
    title: '{source} uses {feature}, which Kindling cannot decode',
    explanation:
      'The file is compressed in a way that the decoder does not know. Nothing was touched to find that out.',
    advice: 'Compress the image again with plain xz -9, or give it uncompressed.',
  },
  'image-truncated': {
    kind: 'proof',
    title: 'The compressed image ends too early',
    explanation: 'The decoder came to the end of the file before the end of the image.',
    advice: 'The file is incomplete. Get it again.',
  },
  'image-corrupt': {
    kind: 'proof',
    title: 'The compressed image is damaged: {reason}',
    explanation: 'A check inside the file failed, or its parts contradict each other.',
    advice: 'Get it again.',
  },
  'image-trailing': {
    kind: 'proof',
    title: 'Something follows the end of the compressed image',
    explanation: 'What stands behind the end is covered by no check of the image.',
    advice: 'Whoever made this file added to it. Get it again from its publisher.',
  },
  'image-metadata-appended': {
    kind: 'refused',
    title: 'Metadata for updates follow the compressed image, as OpenWrt appends them',
    explanation:
      'The compressed image itself is whole: its checksum holds. What follows it is for the updater of a router and not for a drive, and no check of the image covers it.',
    advice:
      'Unpack the file with gunzip, which leaves out what follows, then write the image that comes out. The published sha256 is that of the packed file: check it before.',
  },
  'image-size-differs': {
    kind: 'proof',
    title: 'The image has {actual} bytes where {expected} were announced',
    explanation: 'The size was stated before; something is missing, or too much.',
    advice: 'Get it again.',
  },
} as const satisfies Record<string, FailureWords>
