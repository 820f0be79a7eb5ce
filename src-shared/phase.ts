/** The phases of all jobs, in the order in which a job that has them passes through them. */
export const phases = ['signature', 'prove', 'prepare', 'download', 'write', 'flush', 'read-back', 'finish'] as const
export type Phase = (typeof phases)[number]
