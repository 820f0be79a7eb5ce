import { warnings } from '../../../src-shared/warnings.ts'

/**
 * Texts of proofs and warnings, made from the core's codes and values. The command line has its own
 * in English.
 */
export const statements = {
  statements: {
    sha256: {
      stream: 'The file has the sha256 that the stream metadata states.',
      person: 'The file has the sha256 that was given.',
    },
    signature: {
      named: 'The image is signed by {signer} ({fingerprint}) on {date}.',
      nameless: 'The image is signed by the key {fingerprint} on {date}.',
    },
    'signed-list': {
      named: 'The image has the sha256 in a list that is signed by {signer} ({fingerprint}) on {date}.',
      nameless: 'The image has the sha256 in a list that is signed by the key {fingerprint} on {date}.',
    },
    'uncompressed-sha256': 'The decompressed image has the sha256 that the stream metadata states.',
    'read-back': 'The drive returned every byte of the image.',
    written: {
      proved: 'The drive holds the image: every byte was read back after it was written.',
      'written-not-read-back': 'Every byte was handed to the drive; it was not read back.',
    },
    compared: {
      metadata: 'The drive equals what the stream metadata states; no signature was checked.',
      image: 'The drive holds the image, compared byte by byte.',
    },
    origin: {
      sha256: 'The image has the sha256 that was given; no signature was checked.',
      none: 'Nothing proves where the image comes from.',
    },
  },
  warnings,
} as const
