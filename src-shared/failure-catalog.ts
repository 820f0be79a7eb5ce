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
  /** A sentence or two on what it means and why; without values. The window shows it. */
  explanation: string
  advice: string
}

const failures = {
  // The person
  usage: {
    exit: 2,
    title: '{reason}',
    explanation: 'What was asked for cannot be understood, so nothing was begun.',
    advice: 'See --help for what can be given.',
  },
  'confirmation-missing': {
    exit: 2,
    title: 'Nobody confirmed that {drive} may be erased',
    explanation: 'A write erases the whole drive, so somebody has to agree to it first.',
    advice: 'Nothing was touched. Run it in a terminal and answer the question, or add --yes.',
  },
  'confirmation-name-missing': {
    exit: 2,
    title: 'Nobody typed the name of {drive}, which may be somebody’s disk',
    explanation:
      'The drive is large or built in, as drives are that hold somebody’s files. Its name is asked for so that no slip erases it.',
    advice:
      'Nothing was touched. Only with its name is it erased: {name}. Type it when you are asked, or give it with --confirm.',
  },
  declined: {
    exit: 2,
    title: 'The write was not confirmed',
    explanation: 'The question before the write was answered with no.',
    advice: 'Nothing was touched.',
  },
  interrupted: {
    exit: 130,
    title: 'Stopped on request',
    explanation: 'Somebody asked the job to stop, and it stopped where no harm is done.',
    advice: 'Start again when you are ready.',
  },
  internal: {
    exit: 1,
    title: 'Kindling itself failed: {reason}',
    explanation: 'Something happened that the program was not made for.',
    advice: 'This is a defect of Kindling. Please report it with these details.',
  },

  // The catalog
  'stream-unknown': {
    exit: 2,
    title: 'There is no stream "{stream}" at {baseUrl}',
    explanation: 'The server answered and has no stream of that name.',
    advice: 'Choose stable, testing or next, or check the name.',
  },
  'metadata-malformed': {
    exit: 1,
    title: 'The stream metadata cannot be read: {place}: {reason}',
    explanation:
      'A stream’s metadata says which images exist and what their hashes are. What the server sent is not of that form.',
    advice: 'Nothing was used from it. Try again later; if you named the mirror, check that it serves stream metadata.',
  },
  'artifact-unknown': {
    exit: 2,
    title: 'The stream {stream} has no {wanted}',
    explanation: 'The stream exists, but publishes nothing for this architecture, platform and format.',
    advice: 'It has: {available}.',
  },

  // The network
  'network-unreachable': {
    exit: 1,
    title: 'Cannot reach {host}: {reason}',
    explanation: 'The server did not answer, or the connection to it broke.',
    advice: 'Check the connection, then try again. What was fetched so far is kept.',
  },
  'http-status': {
    exit: 1,
    title: '{host} answered {status} for {url}',
    explanation: 'The server was reached and refused, or does not have what was asked for.',
    advice: 'Check the address. If it is right, the server has a problem: try again later.',
  },
  'download-short': {
    exit: 1,
    title: 'The download ended after {received} of {expected} bytes',
    explanation: 'The connection closed before the whole file had come.',
    advice: 'The connection or the server is unreliable. Try again: what was fetched is kept.',
  },
  'redirect-refused': {
    exit: 1,
    title: '{from} redirects to {to}, which Kindling does not follow: {reason}',
    explanation: 'The server sent Kindling to another address, where whoever listens could read or change what comes.',
    advice:
      'A redirect that gives up encryption, or that leads from a public server into your own network, is not followed. If you trust the other address, give it with --image-url.',
  },
  'address-refused': {
    exit: 1,
    title: '{from} names {to}, which Kindling does not ask: {reason}',
    explanation: 'The metadata of a public server named an address that only your own network reaches.',
    advice: 'Whoever serves that stream may not send you there. If you trust the address, give it with --image-url.',
  },
  'source-is-html': {
    exit: 1,
    title: '{url} answered with a web page, not an image',
    explanation: 'An image was expected, and text for a browser came.',
    advice: 'You may be behind a login page of the network, or the address names a page about the image.',
  },
  'source-changed': {
    exit: 4,
    title: 'The image changed while it was being read',
    explanation: 'The bytes that were proved are not those that were read later, so the proof holds for neither.',
    advice: 'Make sure that nothing replaces {source}, then start again.',
  },
  'source-unreadable': {
    exit: 1,
    title: 'Cannot read {source}: {reason}',
    explanation: 'The system did not let the image be read to its end.',
    advice: 'Check that the file exists and that you may read it.',
  },
  'cache-failed': {
    exit: 1,
    title: 'Cannot keep the download in {directory}: {reason}',
    explanation:
      'A download is kept on the way to the drive, so that it need not be fetched twice. There it could not be stored.',
    advice: 'Make room or check the permissions of that directory, then try again.',
  },
  'output-failed': {
    exit: 1,
    title: 'Cannot write {file}: {reason}',
    explanation: 'The system did not let the file be written.',
    advice: 'Make room or check the permissions of that directory, then try again.',
  },

  'window-failed': {
    exit: 1,
    title: 'The window cannot be opened: {reason}',
    explanation: 'The window is a program of its own, which needs a desktop to show itself on.',
    advice: 'Start it as yourself, in a session with a desktop. The command line can do the same without it.',
  },

  // Updates of Kindling itself
  'update-unreadable': {
    exit: 1,
    title: 'What is said of new versions cannot be used: {reason}',
    explanation: 'The place that Kindling asks for new versions answered something else than it should.',
    advice: 'Try again later. If it stays so, please report it, and look for a new version yourself.',
  },
  'update-unproved': {
    exit: 4,
    title: 'The update is not proved to be Kindling’s: {reason}',
    explanation:
      'A new version is installed only when a key of Kindling’s signed its name, its version and its sum. This one may have been changed on its way, or by whoever serves it.',
    advice: 'Nothing was installed. Try again later; if it stays so, please report it.',
  },
  'update-failed': {
    exit: 1,
    title: 'The update could not be installed: {reason}',
    explanation: 'The new version is proved, and the system did not let it be put in the place of this one.',
    advice: 'This version goes on working. Make room, or check the permissions of the program’s folder, and try again.',
  },
  'update-waits': {
    exit: 1,
    title: 'A job runs, and an update waits for it',
    explanation:
      'Nothing is looked for, fetched or installed while a drive may be written, in this window or by another Kindling.',
    advice: 'Wait until it has ended, then ask again.',
  },

  // Signatures and keys
  'signature-missing': {
    exit: 4,
    title: 'There is no signature for {source}',
    explanation: 'Without a signature nothing proves that the image is Fedora’s and nobody else’s.',
    advice:
      'Give one with --signature, or the expected hash with --sha256. With --insecure the image is used without any proof of where it comes from.',
  },
  'signature-malformed': {
    exit: 4,
    title: 'The signature of {source} is not an OpenPGP signature: {reason}',
    explanation: 'There is a file where the signature should be, but it holds something else.',
    advice: 'Get the .sig file again from where the image comes from.',
  },
  'signature-bad': {
    exit: 4,
    title: 'The signature does not belong to this image',
    explanation: 'The signature was made for other bytes than these.',
    advice: 'The image or its signature was changed or mixed up. Do not use it; get both again.',
  },
  'signature-expired': {
    exit: 4,
    title: 'The signature expired on {date}',
    explanation: 'Whoever signed the image said until when the signature holds, and that day is over.',
    advice: 'Use a newer release.',
  },
  'signature-from-future': {
    exit: 4,
    title: 'The signature says that it was made on {date}, which is in the future',
    explanation: 'A signature cannot be older than its making: this clock is wrong, or the signer’s was.',
    advice: 'Check the clock of this computer.',
  },
  'signature-weak': {
    exit: 4,
    title: 'The signature uses {algorithm}, which can be forged',
    explanation: 'Its hash is so weak that another image could be made which has the same signature.',
    advice: 'Ask the publisher for a signature with SHA-256 or better.',
  },
  'key-not-pinned': {
    exit: 4,
    title: 'The image is signed by {key}, which is not a key of Fedora that Kindling trusts',
    explanation:
      'The signature may be right, but anybody can sign. Kindling trusts only the keys that Fedora published.',
    advice: 'If you trust the signer, give the public key with --keyring. Otherwise do not use this image.',
  },
  'key-unknown': {
    exit: 4,
    title: 'The image is signed by {key}, which neither the keyring {keyring} nor Fedora has',
    explanation: 'A signature can only be checked with the public key that belongs to it.',
    advice: 'Check that the keyring holds the public key of the signer.',
  },
  'key-expired': {
    exit: 4,
    title: 'The key {key} that signed the image expired on {date}',
    explanation: 'The key’s owner said until when it signs, and the signature is younger than that.',
    advice: 'Get a current copy of the key, or a newer release.',
  },
  'key-revoked': {
    exit: 4,
    title: 'The key {key} that signed the image was revoked',
    explanation: 'Whoever withdraws a key no longer answers for what it signed, perhaps because it was stolen.',
    advice: 'Its owner withdrew it. Do not use this image.',
  },
  'key-unusable': {
    exit: 4,
    title: 'The key {key} may not sign images: {reason}',
    explanation: 'Not every key may sign files: its owner or its kind forbids it.',
    advice: 'Get a current copy of the key from its owner.',
  },
  'key-unavailable': {
    exit: 1,
    title: 'The public key {key} of Fedora {release} could not be fetched',
    explanation: 'Kindling knows the fingerprint of the key, but does not have the key itself, and could not fetch it.',
    advice: 'Check the connection and try again, or give the key with --keyring.',
  },
  'keyring-unreadable': {
    exit: 2,
    title: 'The keyring {keyring} cannot be used: {reason}',
    explanation: 'The file is not there, or holds no public keys.',
    advice: 'Give a file with OpenPGP public keys.',
  },

  // Hashes
  'sha256-mismatch': {
    exit: 4,
    title: 'The image has the sha256 {actual}, not {expected}',
    explanation: 'The hash is a fingerprint of the whole file: a single other bit makes another one.',
    advice: 'It was damaged or changed on its way. Do not use it; get it again.',
  },
  'uncompressed-sha256-mismatch': {
    exit: 4,
    title: 'The decompressed image has the sha256 {actual}, not {expected}',
    explanation: 'The file came as it was published, but what it unpacks to is not what was stated.',
    advice: 'Do not use it; get it again. If it happens again, the metadata is wrong.',
  },

  // The image
  'image-empty': {
    exit: 3,
    title: '{source} is empty',
    explanation: 'There is not one byte in it to write.',
    advice: 'Choose another image.',
  },
  'image-container': {
    exit: 3,
    title: '{source} is a {kind}, a container for virtual machines or clouds; a drive cannot boot it',
    explanation: 'Such a file wraps a disk for virtual machines. Written as it is, a drive would hold the wrapping.',
    advice:
      'For a drive take the platform metal, format raw.xz or iso; or turn it into a raw image first (qemu-img convert -O raw).',
  },
  'image-not-compressed': {
    exit: 4,
    title: '{source} is called {extension}, but it is not compressed that way',
    explanation: 'The first bytes of a file tell how it is compressed; these tell of something else.',
    advice: 'It is another file than its name says. Get it again.',
  },
  'image-unsupported': {
    exit: 3,
    title: '{source} uses {feature}, which Kindling cannot decode',
    explanation:
      'The file is compressed in a way that the decoder does not know. Nothing was touched to find that out.',
    advice: 'Compress the image again with plain xz -9, or give it uncompressed.',
  },
  'image-truncated': {
    exit: 4,
    title: 'The compressed image ends too early',
    explanation: 'The decoder came to the end of the file before the end of the image.',
    advice: 'The file is incomplete. Get it again.',
  },
  'image-corrupt': {
    exit: 4,
    title: 'The compressed image is damaged: {reason}',
    explanation: 'A check inside the file failed, or its parts contradict each other.',
    advice: 'Get it again.',
  },
  'image-trailing': {
    exit: 4,
    title: 'Something follows the end of the compressed image',
    explanation: 'What stands behind the end is covered by no check of the image.',
    advice: 'Whoever made this file added to it. Get it again from its publisher.',
  },
  'image-size-differs': {
    exit: 4,
    title: 'The image has {actual} bytes where {expected} were announced',
    explanation: 'The size was stated before; something is missing, or too much.',
    advice: 'Get it again.',
  },

  // Rules about the drive
  'drive-missing': {
    exit: 3,
    title: 'There is no drive {drive}',
    explanation: 'The system knows no drive of that name; perhaps it was unplugged.',
    advice: 'Plug it in, or see `kindling drives`.',
  },
  'drive-unusable': {
    exit: 3,
    title: '{drive} is {kind}, not a drive',
    explanation: 'Only a whole drive or a disk-image file can hold an image that boots.',
    advice: 'Choose a whole drive or an existing disk-image file. See `kindling drives`.',
  },
  'drive-is-partition': {
    exit: 3,
    title: '{drive} is a partition of {parent}',
    explanation: 'An image brings its own partition table, and that lies at the beginning of the whole drive.',
    advice: 'A bootable image needs the whole drive: choose {parent}, if everything on it may go.',
  },
  'drive-system': {
    exit: 3,
    title: '{drive} carries this system ({reason})',
    explanation: 'The computer runs from this drive. Writing to it would destroy the running system.',
    advice: 'Choose another drive. Kindling never writes to this one.',
  },
  'drive-read-only': {
    exit: 3,
    title: '{drive} is write-protected',
    explanation: 'The drive or its reader says that nothing may be written to it.',
    advice: 'Look for a lock switch, or use another drive.',
  },
  'drive-too-small': {
    exit: 3,
    title: '{drive} has {available} bytes, the image needs {needed}',
    explanation: 'The end of the image would not fit, and a system that is cut off does not boot.',
    advice: 'Use a larger drive.',
  },
  'drive-sector-size': {
    exit: 3,
    title: 'The image is for {imageSectorSize}-byte sectors, {drive} has {driveSectorSize}-byte sectors',
    explanation:
      'The partition table of an image lies where the sectors of its kind of drive begin. On other sectors no computer finds it.',
    advice: 'Choose the format {format} for this drive.',
  },
  'drive-holds-source': {
    exit: 3,
    title: '{drive} holds {path}, which this job reads',
    explanation: 'Writing the drive would erase the image in the middle of reading it.',
    advice: 'Move it to another drive, or choose another drive.',
  },
  'drive-busy': {
    exit: 3,
    title: '{drive} is in use by {users}',
    explanation: 'Two that write to one drive at once destroy each other’s work.',
    advice: 'Close what uses it, then try again.',
  },
  'drive-changed': {
    exit: 3,
    title: '{drive} is not the drive that was chosen',
    explanation: 'Another drive stands where the chosen one stood. It was not touched.',
    advice: 'It was {expected}, now it is {actual}. Choose the drive again.',
  },
  'drive-forbidden': {
    exit: 1,
    title: 'You may not open {drive}',
    explanation: 'The system lets only some people open drives directly.',
    advice: 'Run Kindling with the rights to do so, for example with sudo.',
  },
  'permission-refused': {
    exit: 1,
    title: 'Kindling was not allowed to open {drive}',
    explanation:
      'The system asked whether Kindling may open the drive, and the answer was no, or nobody could be asked.',
    advice:
      'Start again when you want to be asked once more. Only the part of Kindling that opens the drive gets the rights.',
  },
  'drive-unmount-failed': {
    exit: 3,
    title: '{mountpoint} on {drive} cannot be unmounted: {reason}',
    explanation: 'A file system that is in use writes to the drive at any time. It has to be released first.',
    advice: 'Close the programs that have files open there, then try again.',
  },

  // The drive at work
  'drive-write-failed': {
    exit: 1,
    title: 'The drive failed to write at byte {offset}: {reason}',
    explanation: 'The drive reported that it could not store what it was given, also when it was asked again.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-read-failed': {
    exit: 1,
    title: 'The drive failed to read at byte {offset}: {reason}',
    explanation: 'The drive reported that it could not return what is on it, also when it was asked again.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-flush-failed': {
    exit: 1,
    title: 'The drive failed to store what it was given: {reason}',
    explanation: 'A drive keeps what comes in a memory of its own at first. It could not bring all of it to its place.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'helper-lost': {
    exit: 1,
    title: 'The part of Kindling that opens {drive} ended too early: {reason}',
    explanation:
      'A small program with more rights opens the drive and nothing else. It is gone, and with it the way to the drive.',
    advice: 'Start again. If it happens again, please report it with these details.',
  },
  'drive-file-system-full': {
    exit: 1,
    title: 'The file system on which {drive} lies is full',
    explanation: 'A disk-image file takes room as it fills, and there is no more of it.',
    advice: 'Make room there, then start again.',
  },
  'drive-became-read-only': {
    exit: 1,
    title: '{drive} became write-protected while it was written',
    explanation: 'In the middle of writing the drive refused every further byte.',
    advice: 'Look for a lock switch. Some drives protect themselves when they are worn out: then use another one.',
  },
  'drive-gone': {
    exit: 1,
    title: '{drive} disappeared',
    explanation: 'The drive was unplugged, or lost its connection or its power.',
    advice: 'Plug it in again and start over.',
  },
  'read-back-mismatch': {
    exit: 4,
    title: 'The drive returned other bytes than were written',
    explanation: 'After writing the drive was read, past the system’s memory. It does not hold what it was given.',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-smaller-than-claimed': {
    exit: 4,
    title: '{drive} is smaller than it claims: what was written at byte {offset} does not stay there',
    explanation: 'Some drives are sold as larger than they are: what is written beyond their true end is lost.',
    advice: 'It claims {claimed} bytes and loses what is beyond those that it has. Use another drive.',
  },
  'drive-stores-nothing': {
    exit: 4,
    title: '{drive} does not store what is written to it, and does not say so',
    explanation: 'It accepts every byte and returns others. Worn out drives do that.',
    advice: 'Try another port or cable. If it happens again, use another drive.',
  },
  'verify-mismatch': {
    exit: 4,
    title: '{drive} does not hold this image',
    explanation: 'The bytes on the drive and those of the image are not the same.',
    advice: 'It was changed, or another image was written. A drive that has booted once differs from its image.',
  },
  'verify-impossible': {
    exit: 1,
    title: 'There is nothing to compare {drive} with: {reason}',
    explanation: 'To compare, the image or its stated hash is needed, and neither can be had.',
    advice: 'Give the image itself with --image-file.',
  },
} as const satisfies Record<string, FailureWords>

export type FailureCode = keyof typeof failures
export const failureCatalog: Record<FailureCode, FailureWords> = failures
