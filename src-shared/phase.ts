/** Phases of all jobs, in order. A job passes through those that it has. */
export const phases = [
  'signature',
  'prove',
  'prepare',
  'download',
  'save',
  'write',
  'flush',
  'read-back',
  'set-up',
  'finish',
] as const
export type Phase = (typeof phases)[number]
