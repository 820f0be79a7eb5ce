import type { FailureWords } from './failure-words.ts'

/** Failures of the drive: refused by a rule before the job, or failed during it. */
export const failuresOfDrives = {
  // Rules about the drive
  'drive-missing': {
    kind: 'refused',
    title: 'There is no drive {drive}',
    explanation: 'The system has no drive of that name. It may have been unplugged.',
    advice: 'Plug it in, or see `kindling drives`.',
    windowAdvice: 'Plug it in, or choose another drive.',
  },
  'drive-unusable': {
    kind: 'refused',
    title: '{drive} is {kind}, not a drive',
    explanation: 'A computer boots only from an image on a whole drive or in a disk-image file.',
    advice: 'Choose a whole drive or an existing disk-image file. See `kindling drives`.',
    windowAdvice: 'Choose a whole drive or an existing disk-image file.',
  },
  'drive-is-partition': {
    kind: 'refused',
    title: '{drive} is a partition of {parent}',
    explanation: 'An image has its own partition table, which belongs at the start of the whole drive.',
    advice: 'A bootable image needs the whole drive. Choose {parent}, if you can erase everything on it.',
  },
  'drive-system': {
    kind: 'refused',
    title: '{drive} is a system drive ({reason})',
    explanation: 'This computer runs from it. Writing to it would destroy the running system.',
    advice: 'Choose another drive. Kindling never writes to this one.',
  },
  'drive-system-private': {
    kind: 'refused',
    title: 'Only an administrator may read {drive}: it is a system drive ({reason})',
    explanation:
      'This drive has the files, passwords and keys of every user of this computer. The part of Kindling that opens drives for you does not read it.',
    advice: 'Run Kindling itself as an administrator, for example `sudo kindling verify`.',
    windowAdvice: 'Choose another drive. Only an administrator can read this one, with the command line of Kindling.',
  },
  'drive-read-only': {
    kind: 'refused',
    title: '{drive} is write-protected',
    explanation: 'The drive or its card reader refuses to be written.',
    advice: 'Look for a lock switch, or use another drive.',
  },
  'drive-file-protected': {
    kind: 'refused',
    title: 'No permission to write to the file {drive}: {reason}',
    explanation: 'The disk-image file can be read, but not written.',
    advice: 'Change the permissions of the file, or choose another one.',
  },
  'drive-too-small': {
    kind: 'refused',
    title: '{drive} is too small: it has {available, size}, the image needs {needed, size} ({missing, size} more)',
    explanation: 'The end of the image would not fit, and a system without its end does not boot.',
    advice: 'Use a larger drive.',
    further: 'Or write the live ISO ({isoSize}): `kindling write -f iso`, with the other options as they were.',
    windowFurther: 'Or choose the installer and live system ({isoSize}).',
  },
  'file-system-unfit': {
    kind: 'refused',
    title: '{drive} cannot have the file system {fileSystem}: {reason}',
    explanation: 'Each file system has a minimum and a maximum size, which depend on the sectors of the drive.',
    advice: 'Choose the other file system, or another drive.',
  },
  'drive-sector-size': {
    kind: 'refused',
    title: 'The image is for {imageSectorSize}-byte sectors, {drive} has {driveSectorSize}-byte sectors',
    explanation:
      'The partition table of an image fits only one sector size. On a drive with the other one, no computer finds it.',
    advice: 'Choose the format {format} for this drive.',
  },
  'drive-holds-source': {
    kind: 'refused',
    title: 'This job reads {path} from {drive}',
    explanation: 'Writing the drive would erase the image while it is read.',
    advice: 'Move the image to another drive, or choose another drive to write to.',
  },
  'drive-busy': {
    kind: 'refused',
    title: '{drive} is in use by {users}',
    explanation: 'Two programs writing to one drive would destroy each other’s data.',
    advice: 'Close the program that uses it, then try again.',
  },
  'drive-changed': {
    kind: 'refused',
    title: '{drive} is not the drive that was chosen',
    explanation: 'Another drive is plugged in under the name of the chosen one. Nothing was written to it.',
    advice: 'It was {expected}, now it is {actual}. Choose the drive again.',
  },
  'drive-forbidden': {
    kind: 'failed',
    title: 'No permission to open {drive}',
    explanation: 'The system lets only some users open drives directly.',
    advice: 'Run Kindling as an administrator, for example with sudo.',
    windowAdvice: 'Close Kindling and install its package, which adds the permission prompt. Or ask the administrator.',
  },
  'drive-blocked-by-windows': {
    kind: 'failed',
    title: 'Windows does not let Kindling use {drive}',
    explanation:
      'Kindling has the rights of an administrator, and Windows refused all the same. Controlled folder access does that to programs that it does not know, and so does a volume of the drive that another program uses.',
    advice:
      'Open Windows Security, “Virus & threat protection”, “Manage ransomware protection”, and look there whether Controlled folder access blocked Kindling. If so, allow Kindling (its command line is node.exe). Otherwise close the programs that use the drive. Then start again.',
  },
  'drive-blocked-by-macos': {
    kind: 'failed',
    title: 'macOS does not let Kindling open {drive}',
    explanation:
      'Kindling has the rights to open the drive, but macOS also asks whether a program may use removable volumes, and the answer was no.',
    advice:
      'Open System Settings, “Privacy & Security”, “Files and Folders”, and allow Kindling the removable volumes; for the command line allow them to the terminal. If it is not listed there, add it under “Full Disk Access”. Then start it again.',
  },
  'permission-refused': {
    kind: 'failed',
    title: 'Kindling got no permission to open {drive}',
    explanation:
      'The system asked whether Kindling may open the drive. The answer was no, or the question could not be shown.',
    advice: 'Start again to be asked once more. Only the part of Kindling that opens the drive gets the permission.',
  },
  'drive-unmount-failed': {
    kind: 'refused',
    title: '{mountpoint} on {drive} cannot be unmounted: {reason}',
    explanation: 'A file system that is in use can write to the drive at any time. It has to be unmounted first.',
    advice: 'Close the programs that use files there, then try again.',
  },

  // The drive during a job
  'drive-write-failed': {
    kind: 'failed',
    title: 'The drive failed to write at byte {offset}: {reason}',
    explanation: 'The drive reported a write error, also after several tries.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-read-failed': {
    kind: 'failed',
    title: 'The drive failed to read at byte {offset}: {reason}',
    explanation: 'The drive reported a read error, also after several tries.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'drive-flush-failed': {
    kind: 'failed',
    title: 'The drive failed to save its data: {reason}',
    explanation: 'A drive collects data in its own memory first. It could not save all of it.',
    advice: 'Try another port or cable. If it happens again, the drive is failing.',
  },
  'helper-lost': {
    kind: 'failed',
    title: 'The part of Kindling that opens {drive} ended unexpectedly: {reason}',
    explanation:
      'A small program with more permissions opens the drive, and does nothing else. Without it, Kindling cannot reach the drive.',
    advice: 'Start again. If it happens again, please report it with these details.',
  },
  'drive-file-system-full': {
    kind: 'failed',
    title: 'The file system with {drive} is full',
    explanation: 'A disk-image file needs more space as it fills, and there is none left.',
    advice: 'Free some space there, then start again.',
  },
  'drive-became-read-only': {
    kind: 'failed',
    title: '{drive} became write-protected during the write',
    explanation: 'During the write, the drive began to refuse all data.',
    advice: 'Look for a lock switch. A worn-out drive may protect itself like this: then use another drive.',
  },
  'drive-gone': {
    kind: 'failed',
    title: '{drive} was disconnected',
    explanation: 'The drive was unplugged, or lost its connection or its power.',
    advice: 'Plug it in again and start over.',
  },
  'read-back-mismatch': {
    kind: 'proof',
    title: 'The drive did not return the bytes that were written',
    explanation:
      'After the write, Kindling read the drive itself, not the system’s cache. Its bytes differ from the image.',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-reads-vary': {
    kind: 'proof',
    title: 'The drive returns different bytes each time it is read',
    explanation:
      'After the first difference, Kindling read the drive again in smaller parts and got other bytes. The data on the drive may be right; the connection to it is not.',
    advice: 'Try another port, cable or card reader, without a hub. If it happens again, the drive is failing.',
  },
  'drive-lost-writes': {
    kind: 'proof',
    title:
      'The drive returns empty blocks instead of data: {differing, plural, one {# byte} other {# bytes}}, from byte {firstDifference} on',
    explanation: 'The drive accepted the bytes and did not save them. It returns only zeros or only ones there.',
    advice: 'Try another port or cable. If it happens again, the drive is failing or is not as large as it claims.',
  },
  'drive-smaller-than-claimed': {
    kind: 'proof',
    title: '{drive} is smaller than it claims: it loses the data at byte {offset}',
    explanation: 'Some drives are sold as larger than they are. They lose all data beyond their real end.',
    advice: 'It claims {claimed, plural, one {# byte} other {# bytes}} and has fewer. Use another drive.',
  },
  'drive-stores-nothing': {
    kind: 'proof',
    title: '{drive} loses data and reports no error',
    explanation: 'It accepts all data and returns different data. Worn-out drives do that.',
    advice: 'Try another port or cable. If it happens again, use another drive.',
  },
  'verify-mismatch': {
    kind: 'proof',
    title: '{drive} does not match this image',
    explanation: 'The bytes on the drive and in the image differ.',
    advice:
      'If the machine was ever started from this drive, this is normal. Otherwise it has another image: identify it, or write it again.',
    further:
      'It has settings for its first boot ({firstBoot}). With the receipt of its write, `--receipt` verifies the image under them.',
    windowFurther:
      'It has settings for its first boot ({firstBoot}). Only the computer that wrote it can verify the image under them.',
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
    title: 'The end of the data on {drive} is unknown',
    explanation: 'Only an ISO, an image that has not booted yet, or a partition table says where its data end.',
    advice: 'Save the whole drive (`--size all`).',
    windowAdvice: 'Save the whole drive.',
  },
  'verify-impossible': {
    kind: 'failed',
    title: 'There is nothing to compare {drive} with: {reason}',
    explanation: 'Kindling needs the image or its published hash to compare, and found neither.',
    advice: 'Give the image itself with --image-file.',
    windowAdvice: 'Choose the image itself, as a file.',
  },
} as const satisfies Record<string, FailureWords>
