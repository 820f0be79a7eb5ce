import type { FailureWords } from './failure-words.ts'

/** Failures of signatures, keys, hashes and the image. */
export const failuresOfProofs = {
  // Signatures and keys
  'signature-missing': {
    kind: 'proof',
    title: 'There is no signature for {source}',
    explanation: 'Only a signature proves that the image comes from Fedora.',
    advice:
      'Give one with --signature, or the expected hash with --sha256. With --insecure, Kindling uses the image without any proof of its origin.',
    windowAdvice:
      'Add a signature or an SHA-256 under “Signature, hash, keyring”, or confirm that you trust the source.',
  },
  'signature-malformed': {
    kind: 'proof',
    title: 'The signature of {source} is not an OpenPGP signature: {reason}',
    explanation: 'The file in place of the signature is something else.',
    advice: 'Download the signature again from the publisher of the image.',
  },
  'signature-bad': {
    kind: 'proof',
    title: 'The signature does not match this image',
    explanation: 'It was made for different data.',
    advice: 'Do not use this image. Download it and its signature again from its publisher.',
  },
  'signature-expired': {
    kind: 'proof',
    title: 'The signature expired on {date}',
    explanation: 'The signer limited the signature to this day.',
    advice: 'Use a newer release.',
  },
  'signature-from-future': {
    kind: 'proof',
    title: 'The signature has the date {date}, which is in the future',
    explanation: 'Either the clock of this computer is wrong, or the clock of the signer was.',
    advice: 'Check the clock of this computer.',
  },
  'signature-weak': {
    kind: 'proof',
    title: 'The signature uses {algorithm}, which can be forged',
    explanation: 'Its hash is so weak that a different image can be made with the same signature.',
    advice: 'Ask the publisher for a signature with SHA-256 or better.',
  },
  'key-not-pinned': {
    kind: 'proof',
    title: 'The image is signed by {key}, which is not a key of Fedora that Kindling trusts',
    explanation:
      'The signature may be right, but anyone can sign. Kindling trusts only the keys that Fedora published.',
    advice: 'If you trust the signer, give the public key with --keyring. Otherwise do not use this image.',
    windowAdvice:
      'If you trust the signer, add a file with the public key under “Signature, hash, keyring”. Otherwise do not use this image.',
  },
  'key-unknown': {
    kind: 'proof',
    title: 'The image is signed by {key}, which neither the keyring {keyring} nor Fedora has',
    explanation: 'Kindling can check a signature only with the public key of its signer.',
    advice: 'Check that the keyring has the public key of the signer.',
  },
  'key-expired': {
    kind: 'proof',
    title: 'The key {key} that signed the image expired on {date}',
    explanation: 'The signature was made after the last day of its key.',
    advice: 'Use a newer release, or download a current copy of the key.',
  },
  'key-revoked': {
    kind: 'proof',
    title: 'The key {key} that signed the image was revoked',
    explanation: 'The owner no longer trusts this key. It may have been stolen.',
    advice: 'Do not use this image.',
  },
  'key-unusable': {
    kind: 'proof',
    title: 'The key {key} may not sign images: {reason}',
    explanation: 'The owner or the kind of this key does not allow it to sign files.',
    advice: 'Download a current copy of the key from its owner.',
  },
  'key-unavailable': {
    kind: 'failed',
    title: 'The public key {key} of Fedora {release} could not be downloaded',
    explanation: 'Kindling knows the fingerprint of the key, and needs the key itself to check the signature.',
    advice: 'Check the connection and try again, or give the key with --keyring.',
    windowAdvice: 'Check the connection and try again, or add a file with the key under “Signature, hash, keyring”.',
  },
  'keyring-unreadable': {
    kind: 'usage',
    title: 'The keyring {keyring} cannot be used: {reason}',
    explanation: 'The file is missing, or has no public keys.',
    advice: 'Choose a file with OpenPGP public keys.',
  },

  'image-is-another': {
    kind: 'proof',
    title: 'This image is not the one in its name: {reason}',
    explanation: 'The signature is valid, but its key, its date or the image itself contradicts the name.',
    advice:
      'Do not use it: the server may offer an old or a wrong image under a new name. Download it from Fedora, or choose the release that it really is.',
  },

  // Hashes
  'sha256-mismatch': {
    kind: 'proof',
    title: 'The SHA-256 of the image is {actual}, not {expected}',
    explanation: 'The hash is a fingerprint of the whole file. A single changed bit changes it.',
    advice: 'The image was damaged or changed on its way. Do not use it. Download it again.',
  },
  'uncompressed-sha256-mismatch': {
    kind: 'proof',
    title: 'The SHA-256 of the decompressed image is {actual}, not {expected}',
    explanation: 'The file is the published one, but its decompressed content does not match the published hash.',
    advice: 'Do not use it. Download it again. If it happens again, the metadata are wrong.',
  },

  'checksum-file-unreadable': {
    kind: 'usage',
    title: 'The list of sums {list} cannot be used: {reason}',
    explanation: 'A list of sums is a text file with a sum and a file name in each line, as sha256sum writes it.',
    advice: 'Choose the list from the folder of the image: SHA256SUMS, or a file whose name ends in CHECKSUM.',
  },
  'checksum-missing': {
    kind: 'proof',
    title: '{list} has no SHA-256 of {file}: {reason}',
    explanation: 'A list of sums finds an image by its file name.',
    advice: 'Choose the list of the same release as the image.',
  },
  'checksums-differ': {
    kind: 'proof',
    title: '{list} has two different sums of {file}',
    explanation: 'A file has only one SHA-256, so one of the two lines is wrong.',
    advice: 'Download the list again, or give the right line with --sha256.',
    windowAdvice: 'Download the list again, or enter the right sum under “Signature, hash, keyring”.',
  },
  'checksums-changed': {
    kind: 'proof',
    title: 'The signature does not match the list of sums {list}',
    explanation: 'It was made for different text.',
    advice: 'Do not use this list. Download it and its signature again from their publisher.',
  },

  // The image
  'image-empty': {
    kind: 'refused',
    title: '{source} is empty',
    explanation: 'It has no data to write.',
    advice: 'Choose another image.',
  },
  'image-container': {
    kind: 'refused',
    title: '{source} is a {kind}, a container for virtual machines or clouds; a drive cannot boot it',
    explanation: 'Such a file wraps a disk for virtual machines. Only its wrapping would reach the drive.',
    advice:
      'For a drive choose the platform metal, format raw.xz or iso; or convert it into a raw image first (qemu-img convert -O raw).',
  },
  'image-for-other': {
    kind: 'refused',
    title: '{source} is a {kind}; a drive cannot boot it',
    explanation: 'It is not made for a drive: a card reads it over its own bus, a cluster starts the disk in it.',
    advice:
      'For a drive choose the platform metal, format raw.xz or iso. This file is for a card (bfb-install) or for the registry of a cluster.',
  },
  'image-packed': {
    kind: 'refused',
    title: '{source} is a {kind}, which Kindling does not unpack',
    explanation: 'Kindling unpacks xz, gzip and zstd, once. The packed file itself would reach the drive.',
    advice: 'Unpack it first, then write the unpacked image.',
  },
  'image-not-disk': {
    kind: 'refused',
    title: '{source} is not a disk image ({kind})',
    explanation: 'Its first bytes show its kind. No computer can boot from it.',
    advice: 'Choose another file: a disk image (.raw, .img) or an .iso.',
  },
  'image-unrecognized': {
    kind: 'refused',
    title: '{source} does not look like a disk image',
    explanation:
      'It has no partition table, no ISO descriptor and no known file system. A computer boots only from a drive with one of them.',
    advice:
      'Choose another file: a disk image (.raw, .img) or an .iso. To write this one anyway, confirm it (--accept-unrecognized-image).',
    windowAdvice:
      'Choose another file: a disk image (.raw, .img) or an .iso. To write this one anyway, choose it again and confirm it.',
  },
  'image-not-compressed': {
    kind: 'proof',
    title: '{source} is called {extension}, but it is not compressed that way',
    explanation: 'The first bytes of the file do not match its name.',
    advice: 'The file is not what its name says. Download it again from its publisher.',
  },
  'image-unsupported': {
    kind: 'refused',
    title: '{source} uses {feature}, which Kindling cannot decompress',
    explanation: 'Kindling does not know this way of compression. It found this out before touching the drive.',
    advice: 'Compress the image again with plain xz -9, or use it uncompressed.',
  },
  'image-truncated': {
    kind: 'proof',
    title: 'The compressed image ends too early',
    explanation: 'The file ends before the image does.',
    advice: 'The file is incomplete. Download it again.',
  },
  'image-corrupt': {
    kind: 'proof',
    title: 'The compressed image is damaged: {reason}',
    explanation: 'A checksum inside the file failed, or its parts contradict each other.',
    advice: 'Download it again.',
  },
  'image-trailing': {
    kind: 'proof',
    title: 'The file has extra data after the compressed image',
    explanation: 'No checksum of the image covers the extra data.',
    advice: 'The file was changed. Download it again from its publisher.',
  },
  'image-metadata-appended': {
    kind: 'refused',
    title: 'The file has update metadata after the compressed image, as OpenWrt appends them',
    explanation:
      'The compressed image itself is complete, and its checksum is right. The metadata after it are for the updater of a router, not for a drive, and no checksum covers them.',
    advice:
      'Unpack the file with gunzip, which drops the metadata, then write the unpacked image. The published SHA-256 is of the packed file: check it first.',
  },
  'image-size-differs': {
    kind: 'proof',
    title: 'The image has {actual, plural, one {# byte} other {# bytes}} instead of the expected {expected}',
    explanation: 'The size was announced before the download. Data are missing, or there are too many.',
    advice: 'Download it again.',
  },
} as const satisfies Record<string, FailureWords>
