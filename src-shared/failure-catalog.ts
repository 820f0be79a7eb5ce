/**
 * Every way in which Kindling can fail: its stable code, the process exit code, what happened and what to do.
 * `{name}` stands for a value of the failure's details.
 *
 * Exit codes: 1 the job failed · 2 usage · 3 refused by a rule about the drive or the kind of image · 4 a proof failed ·
 * 130 interrupted.
 */
export interface FailureWords {
  exit: 1 | 2 | 3 | 4 | 130
  title: string
  advice: string
}

const failures = {
  // The person
  usage: { exit: 2, title: '{reason}', advice: 'See --help for what can be given.' },
  'confirmation-missing': {
    exit: 2,
    title: 'Nobody confirmed that {drive} may be erased',
    advice: 'Nothing was touched. Run it in a terminal and answer the question, or add --yes.',
  },
  'confirmation-name-missing': {
    exit: 2,
    title: 'Nobody typed the name of {drive}, which may be somebody’s disk',
    advice:
      'Nothing was touched. Only with its name is it erased: {name}. Type it when you are asked, or give it with --confirm.',
  },
  declined: { exit: 2, title: 'The write was not confirmed', advice: 'Nothing was touched.' },
  interrupted: { exit: 130, title: 'Stopped on request', advice: 'Start again when you are ready.' },
  internal: {
    exit: 1,
    title: 'Kindling itself failed: {reason}',
    advice: 'This is a defect of Kindling. Please report it with these details.',
  },

  // The catalog
  'stream-unknown': {
    exit: 2,
    title: 'There is no stream "{stream}" at {baseUrl}',
    advice: 'Choose stable, testing or next, or check the name.',
  },
  'metadata-malformed': {
    exit: 1,
    title: 'The stream metadata cannot be read: {place}: {reason}',
    advice: 'Nothing was used from it. Try again later; if you named the mirror, check that it serves stream metadata.',
  },
  'artifact-unknown': {
    exit: 2,
    title: 'The stream {stream} has no {wanted}',
    advice: 'It has: {available}.',
  },

  // The network
  'network-unreachable': {
    exit: 1,
    title: 'Cannot reach {host}: {reason}',
    advice: 'Check the connection, then try again. What was fetched so far is kept.',
  },
  'http-status': {
    exit: 1,
    title: '{host} answered {status} for {url}',
    advice: 'Check the address. If it is right, the server has a problem: try again later.',
  },
  'download-short': {
    exit: 1,
    title: 'The download ended after {received} of {expected} bytes',
    advice: 'The connection or the server is unreliable. Try again: what was fetched is kept.',
  },
  'redirect-refused': {
    exit: 1,
    title: '{from} redirects to {to}, which Kindling does not follow: {reason}',
    advice:
      'A redirect that gives up encryption, or that leads from a public server into your own network, is not followed. If you trust the other address, give it with --image-url.',
  },
  'address-refused': {
    exit: 1,
    title: '{from} names {to}, which Kindling does not ask: {reason}',
    advice: 'Whoever serves that stream may not send you there. If you trust the address, give it with --image-url.',
  },
  'source-is-html': {
    exit: 1,
    title: '{url} answered with a web page, not an image',
    advice: 'You may be behind a login page of the network, or the address names a page about the image.',
  },
  'source-changed': {
    exit: 4,
    title: 'The image changed while it was being read',
    advice: 'Make sure that nothing replaces {source}, then start again.',
  },
  'source-unreadable': {
    exit: 1,
    title: 'Cannot read {source}: {reason}',
    advice: 'Check that the file exists and that you may read it.',
  },
  'cache-failed': {
    exit: 1,
    title: 'Cannot keep the download in {directory}: {reason}',
    advice: 'Make room or check the permissions of that directory, then try again.',
  },
  'output-failed': {
    exit: 1,
    title: 'Cannot write {file}: {reason}',
    advice: 'Make room or check the permissions of that directory, then try again.',
  },

  'window-failed': {
    exit: 1,
    title: 'The window cannot be opened: {reason}',
    advice: 'Start it as yourself, in a session with a desktop. The command line can do the same without it.',
  },

  // Signatures and keys
  'signature-missing': {
    exit: 4,
    title: 'There is no signature for {source}',
    advice:
      'Give one with --signature, or the expected hash with --sha256. With --insecure the image is used without any proof of where it comes from.',
  },
  'signature-malformed': {
    exit: 4,
    title: 'The signature of {source} is not an OpenPGP signature: {reason}',
    advice: 'Get the .sig file again from where the image comes from.',
  },
  'signature-bad': {
    exit: 4,
    title: 'The signature does not belong to this image',
    advice: 'The image or its signature was changed or mixed up. Do not use it; get both again.',
  },
  'signature-expired': {
    exit: 4,
    title: 'The signature expired on {date}',
    advice: 'Use a newer release.',
  },
  'signature-from-future': {
    exit: 4,
    title: 'The signature says that it was made on {date}, which is in the future',
    advice: 'Check the clock of this computer.',
  },
  'signature-weak': {
    exit: 4,
    title: 'The signature uses {algorithm}, which can be forged',
    advice: 'Ask the publisher for a signature with SHA-256 or better.',
  },
  'key-not-pinned': {
    exit: 4,
    title: 'The image is signed by {key}, which is not a key of Fedora that Kindling trusts',
    advice: 'If you trust the signer, give the public key with --keyring. Otherwise do not use this image.',
  },
  'key-unknown': {
    exit: 4,
    title: 'The image is signed by {key}, which neither the keyring {keyring} nor Fedora has',
    advice: 'Check that the keyring holds the public key of the signer.',
  },
  'key-expired': {
    exit: 4,
    title: 'The key {key} that signed the image expired on {date}',
    advice: 'Get a current copy of the key, or a newer release.',
  },
  'key-revoked': {
    exit: 4,
    title: 'The key {key} that signed the image was revoked',
    advice: 'Its owner withdrew it. Do not use this image.',
  },
  'key-unusable': {
    exit: 4,
    title: 'The key {key} may not sign images: {reason}',
    advice: 'Get a current copy of the key from its owner.',
  },
  'key-unavailable': {
    exit: 1,
    title: 'The public key {key} of Fedora {release} could not be fetched',
    advice: 'Check the connection and try again, or give the key with --keyring.',
  },
  'keyring-unreadable': {
    exit: 2,
    title: 'The keyring {keyring} cannot be used: {reason}',
    advice: 'Give a file with OpenPGP public keys.',
  },

  // Hashes
  'sha256-mismatch': {
    exit: 4,
    title: 'The image has the sha256 {actual}, not {expected}',
    advice: 'It was damaged or changed on its way. Do not use it; get it again.',
  },
  'uncompressed-sha256-mismatch': {
    exit: 4,
    title: 'The decompressed image has the sha256 {actual}, not {expected}',
    advice: 'Do not use it; get it again. If it happens again, the metadata is wrong.',
  },

  // The image
  'image-empty': { exit: 3, title: '{source} is empty', advice: 'Choose another image.' },
  'image-container': {
    exit: 3,
    title: '{source} is a {kind}, a container for virtual machines or clouds; a drive cannot boot it',
    advice:
      'For a drive take the platform metal, format raw.xz or iso; or turn it into a raw image first (qemu-img convert -O raw).',
  },
  'image-not-compressed': {
    exit: 4,
    title: '{source} is called {extension}, but it is not compressed that way',
    advice: 'It is another file than its name says. Get it again.',
  },
  'image-unsupported': {
    exit: 3,
    title: '{source} uses {feature}, which Kindling cannot decode',
    advice: 'Compress the image again with plain xz -9, or give it uncompressed.',
  },
  'image-truncated': {
    exit: 4,
    title: 'The compressed image ends too early',
    advice: 'The file is incomplete. Get it again.',
  },
  'image-corrupt': {
    exit: 4,
    title: 'The compressed image is damaged: {reason}',
    advice: 'Get it again.',
  },
  'image-trailing': {
    exit: 4,
    title: 'Something follows the end of the compressed image',
    advice: 'Whoever made this file added to it. Get it again from its publisher.',
  },
  'image-size-differs': {
    exit: 4,
    title: 'The image has {actual} bytes where {expected} were announced',
    advice: 'Get it again.',
  },

  // Rules about the drive
  'drive-missing': { exit: 3, title: 'There is no drive {drive}', advice: 'Plug it in, or see `kindling drives`.' },
  'drive-unusable': {
    exit: 3,
    title: '{drive} is {kind}, not a drive',
    advice: 'Choose a whole drive or an existing disk-image file. See `kindling drives`.',
  },
  'drive-is-partition': {
    exit: 3,
    title: '{drive} is a partition of {parent}',
    advice: 'A bootable image needs the whole drive: choose {parent}, if everything on it may go.',
  },
  'drive-system': {
    exit: 3,
    title: '{drive} carries this system ({reason})',
    advice: 'Choose another drive. Kindling never writes to this one.',
  },
  'drive-read-only': {
    exit: 3,
    title: '{drive} is write-protected',
    advice: 'Look for a lock switch, or use another drive.',
  },
  'drive-too-small': {
    exit: 3,
    title: '{drive} has {available} bytes, the image needs {needed}',
    advice: 'Use a larger drive.',
  },
  'drive-sector-size': {
    exit: 3,
    title: 'The image is for {imageSectorSize}-byte sectors, {drive} has {driveSectorSize}-byte sectors',
    advice: 'Choose the format {format} for this drive.',
  },
  'drive-holds-source': {
    exit: 3,
    title: '{drive} holds {path}, which this job reads',
    advice: 'Move it to another drive, or choose another drive.',
  },
  'drive-busy': { exit: 3, title: '{drive} is in use by {users}', advice: 'Close what uses it, then try again.' },
  'drive-changed': {
    exit: 3,
    title: '{drive} is not the drive that was chosen',
    advice: 'It was {expected}, now it is {actual}. Choose the drive again.',
  },
  'drive-forbidden': {
    exit: 1,
    title: 'You may not open {drive}',
    advice: 'Run Kindling with the rights to do so, for example with sudo.',
  },
  'permission-refused': {
    exit: 1,
    title: 'Kindling was not allowed to open {drive}',
    advice:
      'Start again when you want to be asked once more. Only the part of Kindling that opens the drive gets the rights.',
  },
  'drive-unmount-failed': {
    exit: 3,
    title: '{mountpoint} on {drive} cannot be unmounted: {reason}',
    advice: 'Close the programs that have files open there, then try again.',
  },

  // The drive at work
  'drive-write-failed': {
    exit: 1,
    title: 'The drive failed to write at byte {offset}: {reason}',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-read-failed': {
    exit: 1,
    title: 'The drive failed to read at byte {offset}: {reason}',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-flush-failed': {
    exit: 1,
    title: 'The drive failed to store what it was given: {reason}',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'helper-lost': {
    exit: 1,
    title: 'The part of Kindling that opens {drive} ended too early: {reason}',
    advice: 'Start again. If it happens again, please report it with these details.',
  },
  'drive-file-system-full': {
    exit: 1,
    title: 'The file system on which {drive} lies is full',
    advice: 'Make room there, then start again.',
  },
  'drive-became-read-only': {
    exit: 1,
    title: '{drive} became write-protected while it was written',
    advice: 'Look for a lock switch. Some drives protect themselves when they are worn out: then use another one.',
  },
  'drive-gone': { exit: 1, title: '{drive} disappeared', advice: 'Plug it in again and start over.' },
  'read-back-mismatch': {
    exit: 4,
    title: 'The drive returned other bytes than were written',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-smaller-than-claimed': {
    exit: 4,
    title: '{drive} is smaller than it claims: what was written at byte {offset} does not stay there',
    advice: 'It claims {claimed} bytes and loses what is beyond those that it has. Use another drive.',
  },
  'drive-stores-nothing': {
    exit: 4,
    title: '{drive} does not store what is written to it, and does not say so',
    advice: 'Try another port or cable. If it happens again, use another drive.',
  },
  'verify-mismatch': {
    exit: 4,
    title: '{drive} does not hold this image',
    advice: 'It was changed, or another image was written. A drive that has booted once differs from its image.',
  },
  'verify-impossible': {
    exit: 1,
    title: 'There is nothing to compare {drive} with: {reason}',
    advice: 'Give the image itself with --image-file.',
  },
} as const satisfies Record<string, FailureWords>

export type FailureCode = keyof typeof failures
export const failureCatalog: Record<FailureCode, FailureWords> = failures
