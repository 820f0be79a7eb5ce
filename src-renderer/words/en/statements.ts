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

  warnings: {
    'catalog-offline': 'The stream {stream} is as it was seen {ago}: {reason}',
    'stream-doubtful': 'The stream is doubtful: {reason}',
    'stream-unasked': 'The stream {stream} was not asked: {reason}',
    'images-unmeasured':
      '{count, plural, one {# published image is looked for only where the drive says that it ends: {reason}} other {# published images are looked for only where the drive says that it ends: {reason}}}',
    'image-unrecognized':
      'The image does not look like a disk image: it has no partition table, ISO descriptor or known file system.',
    'server-silent': '{host} has sent nothing for {seconds} s. It is asked again (try {attempt}).',
    'server-busy': '{host} is busy. It is asked again in {seconds} s, as it wishes (try {attempt}).',
    'script-kept': '{path} was there already, and was left as it is.',
    'not-cached': 'The image is not kept for the next time: {reason}',
    'partial-damaged': 'What was fetched of the image before was damaged. It was removed.',
    'cache-damaged': 'The copy in the cache was damaged. It was removed, and the image is fetched again.',
    'drive-mounted': '{drive} is mounted at {mountpoints}. A mounted drive may differ from its image.',
    'read-back-cached':
      'The system does not read this drive past its cache: what was read back may have come from memory.',
    'partition-table-not-reread': 'The system did not read the new partition table: {reason}',
    'drive-not-ejected': 'The drive was not powered off: {reason}',
    'drive-not-closed': 'The drive was not closed as it should be: {reason}',
    'drive-stalled': 'The drive has not answered for {seconds} s. Kindling goes on when it does.',
    'drive-retried':
      '{operation, select, write {The drive failed to write at byte {offset} ({reason}). It is asked again, up to {tries, plural, one {# time} other {# times}} for each failure.} other {The drive failed to read at byte {offset} ({reason}). It is asked again, up to {tries, plural, one {# time} other {# times}} for each failure.}}',
  },
} as const
