import type { FailureWords } from './failure-words.ts'

/** Failures of updates of Kindling itself. */
export const failuresOfUpdates = {
  'update-unreadable': {
    kind: 'failed',
    title: 'What is said of new versions cannot be used: {reason}',
    explanation: 'The place that Kindling asks for new versions answered something else than it should.',
    advice: 'Try again later. If it stays so, please report it, and look for a new version yourself.',
  },
  'update-unproved': {
    kind: 'proof',
    title: 'The update is not proved to be Kindling’s: {reason}',
    explanation:
      'A new version is installed only when a key of Kindling’s signed its name, its version and its sum. This one may have been changed on its way, or by whoever serves it.',
    advice: 'Nothing was installed. Try again later; if it stays so, please report it.',
  },
  'update-failed': {
    kind: 'failed',
    title: 'The update could not be installed: {reason}',
    explanation: 'The system did not let the new version be kept, or put in the place of this one.',
    advice: 'This version goes on working. Make room, or check the permissions of the program’s folder, and try again.',
  },
  'update-waits': {
    kind: 'failed',
    title: 'A job runs, and an update waits for it',
    explanation:
      'Nothing is looked for, fetched or installed while a drive may be written, in this window or by another Kindling.',
    advice: 'Wait until it has ended, then ask again.',
  },
} as const satisfies Record<string, FailureWords>
