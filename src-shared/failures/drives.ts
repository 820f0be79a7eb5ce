import type { FailureWords } from './failure-words.ts'

/** Failures of the drive: refused by a rule before the job, or failed during it. */
export const failuresOfDrives = {
  // Rules about the drive
  'drive-missing': {
    kind: 'refused',
    title: 'There is no drive {drive}',
    explanation: 'The system knows no drive of that name; perhaps it was unplugged.',
    advice: 'Plug it in, or see `kindling drives`.',
    windowAdvice: 'Plug it in, or choose another drive.',
  },
  'drive-unusable': {
    kind: 'refused',
    title: '{drive} is {kind}, not a drive',
    explanation: 'Only a whole drive or a disk-image file can hold an image that boots.',
    advice: 'Choose a whole drive or an existing disk-image file. See `kindling drives`.',
    windowAdvice: 'Choose a whole drive or an existing disk-image file.',
  },
  'drive-is-partition': {
    kind: 'refused',
    title: '{drive} is a partition of {parent}',
    explanation: 'An image brings its own partition table, and that lies at the beginning of the whole drive.',
    advice: 'A bootable image needs the whole drive: choose {parent}, if everything on it may go.',
  },
  'drive-system': {
    kind: 'refused',
    title: '{drive} carries this system ({reason})',
    explanation: 'The computer runs from this drive. Writing to it would destroy the running system.',
    advice: 'Choose another drive. Kindling never writes to this one.',
  },
  'drive-system-private': {
    kind: 'refused',
    title: 'Only an administrator may read {drive}: it carries this system ({reason})',
    explanation:
      'Its bytes include the files, passwords and keys of every user of this computer. The part of Kindling that opens drives on your behalf does not read such a drive.',
    advice: 'Run Kindling itself as an administrator, for example `sudo kindling verify`.',
    windowAdvice: 'Run Kindling itself as an administrator, for example with sudo in a terminal.',
  },
  'drive-read-only': {
    kind: 'refused',
    title: '{drive} is write-protected',
    explanation: 'The drive or its reader says that nothing may be written to it.',
    advice: 'Look for a lock switch, or use another drive.',
  },
  'drive-file-protected': {
    kind: 'refused',
    title: 'You may not write to the file {drive}: {reason}',
    explanation: 'The disk-image file is there and can be read, but the system lets nothing be written to it.',
    advice: 'Get the right to write to it, or choose another file.',
  },
  'drive-too-small': {
    kind: 'refused',
    title: '{drive} has {available} bytes, the image needs {needed}',
    explanation: 'The end of the image would not fit, and a system that is cut off does not boot.',
    advice: 'Use a larger drive.',
    further: 'Or write the live ISO ({isoSize}): `kindling write -f iso`, with the other options as they were.',
    windowFurther: 'Or choose the live ISO ({isoSize}).',
  },
  'file-system-unfit': {
    kind: 'refused',
    title: '{drive} cannot have the file system {fileSystem}: {reason}',
    explanation: 'Each file system has a least and a greatest size, which depend on the sectors of the drive.',
    advice: 'Choose the other file system, or another drive.',
  },
  'drive-sector-size': {
    kind: 'refused',
    title: 'The image is for {imageSectorSize}-byte sectors, {drive} has {driveSectorSize}-byte sectors',
    explanation:
      'The partition table of an image lies where the sectors of its kind of drive begin. On other sectors no computer finds it.',
    advice: 'Choose the format {format} for this drive.',
  },
  'drive-holds-source': {
    kind: 'refused',
    title: '{drive} holds {path}, which this job reads',
    explanation: 'Writing the drive would erase the image in the middle of reading it.',
    advice: 'Move it to another drive, or choose another drive.',
  },
  'drive-busy': {
    kind: 'refused',
    title: '{drive} is in use by {users}',
    explanation: 'Two that write to one drive at once destroy each other’s work.',
    advice: 'Close what uses it, then try again.',
  },
  'drive-changed': {
    kind: 'refused',
    title: '{drive} is not the drive that was chosen',
    explanation: 'Another drive stands where the chosen one stood. It was not touched.',
    advice: 'It was {expected}, now it is {actual}. Choose the drive again.',
  },
  'drive-forbidden': {
    kind: 'failed',
    title: 'You may not open {drive}',
    explanation: 'The system lets only some people open drives directly.',
    advice: 'Run Kindling with the rights to do so, for example with sudo.',
  },
  'permission-refused': {
    kind: 'failed',
    title: 'Kindling was not allowed to open {drive}',
    explanation:
      'The system asked whether Kindling may open the drive, and the answer was no, or nobody could be asked.',
    advice:
      'Start again when you want to be asked once more. Only the part of Kindling that opens the drive gets the rights.',
  },
  'drive-unmount-failed': {
    kind: 'refused',
    title: '{mountpoint} on {drive} cannot be unmounted: {reason}',
    explanation: 'A file system that is in use writes to the drive at any time. It has to be released first.',
    advice: 'Close the programs that have files open there, then try again.',
  },

  // The drive during a job
  'drive-write-failed': {
    kind: 'failed',
    title: 'The drive failed to write at byte {offset}: {reason}',
    explanation: 'The drive reported that it could not store what it was given, also when it was asked again.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-read-failed': {
    kind: 'failed',
    title: 'The drive failed to read at byte {offset}: {reason}',
    explanation: 'The drive reported that it could not return what is on it, also when it was asked again.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-flush-failed': {
    kind: 'failed',
    title: 'The drive failed to store what it was given: {reason}',
    explanation: 'A drive keeps what comes in a memory of its own at first. It could not bring all of it to its place.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'helper-lost': {
    kind: 'failed',
    title: 'The part of Kindling that opens {drive} ended too early: {reason}',
    explanation:
      'A small program with more rights opens the drive and nothing else. It is gone, and with it the way to the drive.',
    advice: 'Start again. If it happens again, please report it with these details.',
  },
  'drive-file-system-full': {
    kind: 'failed',
    title: 'The file system on which {drive} lies is full',
    explanation: 'A disk-image file takes room as it fills, and there is no more of it.',
    advice: 'Make room there, then start again.',
  },
  'drive-became-read-only': {
    kind: 'failed',
    title: '{drive} became write-protected while it was written',
    explanation: 'In the middle of writing the drive refused every further byte.',
    advice: 'Look for a lock switch. Some drives protect themselves when they are worn out: then use another one.',
  },
  'drive-gone': {
    kind: 'failed',
    title: '{drive} disappeared',
    explanation: 'The drive was unplugged, or lost its connection or its power.',
    advice: 'Plug it in again and start over.',
  },
  'read-back-mismatch': {
    kind: 'proof',
    title: 'The drive returned other bytes than were written',
    explanation: 'After writing the drive was read, past the system’s memory. It does not hold what it was given.',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-reads-vary': {
    kind: 'proof',
    title: 'The drive returns different bytes each time it is read',
    explanation:
      'The drive was read again after the first difference, in smaller parts, and the bytes were not the same. What is stored may be right; the way from the drive is not.',
    advice: 'Try another port, cable or card reader, without a hub. If it happens again, the drive is failing.',
  },
  'drive-lost-writes': {
    kind: 'proof',
    title: 'The drive returns empty blocks where it was given data: {differing} bytes, from byte {firstDifference} on',
    explanation: 'The drive accepted the bytes and did not store them. It returns only zeros or only ones there.',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-smaller-than-claimed': {
    kind: 'proof',
    title: '{drive} is smaller than it claims: what was written at byte {offset} does not stay there',
    explanation: 'Some drives are sold as larger than they are: what is written beyond their true end is lost.',
    advice: 'It claims {claimed} bytes and loses what is beyond those that it has. Use another drive.',
  },
  'drive-stores-nothing': {
    kind: 'proof',
    title: '{drive} does not store what is written to it, and does not say so',
    explanation: 'It accepts every byte and returns others. Worn out drives do that.',
    advice: 'Try another port or cable. If it happens again, use another drive.',
  },
  'verify-mismatch': {
    kind: 'proof',
    title: '{drive} does not hold this image',
    explanation: 'The bytes on the drive and those of the image are not the same.',
    advice: 'It was changed, or another image was written. A drive that has booted once differs from its image.',
    further:
      'It has settings for its first boot ({firstBoot}): with the receipt of its write, `--receipt` proves the image under them.',
    windowFurther:
      'It has settings for its first boot ({firstBoot}). The receipt of its write, which is not on this computer, proves the image under them.',
  },
  'drive-booted': {
    kind: 'proof',
    title: '{drive} has booted since it was written',
    explanation: 'The first boot changes the partition table, so the drive cannot match its image any more.',
    advice: 'This is normal. `kindling identify` shows the release on the drive; to prove an image, write it again.',
    windowAdvice: 'This is normal. Identify the drive to see its release, or write the image again to prove it.',
  },
  'save-size-unknown': {
    kind: 'failed',
    title: 'Nothing on {drive} tells where its content ends',
    explanation: 'Only an ISO, an image that has not booted or a partition table tells it.',
    advice: 'Save all of the drive (`--size all`).',
    windowAdvice: 'Save all of the drive.',
  },
  'verify-impossible': {
    kind: 'failed',
    title: 'There is nothing to compare {drive} with: {reason}',
    explanation: 'To compare, the image or its stated hash is needed, and neither can be had.',
    advice: 'Give the image itself with --image-file.',
    windowAdvice: 'Choose the image itself, as a file.',
  },
} as const satisfies Record<string, FailureWords>
