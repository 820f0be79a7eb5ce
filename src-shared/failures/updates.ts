import type { FailureWords } from './failure-words.ts'

/** Failures of updates of Kindling itself. */
export const failuresOfUpdates = {
  'update-unreadable': {
    kind: 'failed',
    title: 'The update information is not valid: {reason}',
    explanation: 'The update server sent an unexpected answer.',
    advice: 'Try again later. If it happens again, please report it, and look for a new version yourself.',
  },
  'update-unproved': {
    kind: 'proof',
    title: 'The update could not be verified: {reason}',
    explanation:
      'Kindling installs a new version only if a key of Kindling signed its name, version and hash. This one may have been changed on the server or on its way.',
    advice: 'Nothing was installed. Try again later. If it happens again, please report it.',
  },
  'update-failed': {
    kind: 'failed',
    title: 'The update could not be installed: {reason}',
    explanation: 'The system refused to save the new version, or to replace this one with it.',
    advice:
      'This version still works. Free some space, or check the permissions of the program’s folder, then try again.',
  },
  'update-waits': {
    kind: 'failed',
    title: 'The update will wait until the current job ends',
    explanation:
      'Kindling checks, downloads and installs no update while a drive may be written, by this window or by another Kindling.',
    advice: 'Wait until the job ends, then try again.',
  },
} as const satisfies Record<string, FailureWords>
