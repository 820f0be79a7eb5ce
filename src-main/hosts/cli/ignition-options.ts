import type { AnswerOptions } from './answer-options.ts'

/** Actions of `kindling ignition`. */
export const ignitionActions = ['check', 'translate', 'make', 'show'] as const
export type IgnitionAction = (typeof ignitionActions)[number]

/** Options of all actions together. */
export interface IgnitionOptions extends AnswerOptions {
  stream?: string
  release?: string
  streamBaseUrl?: string
  filesDir?: string
  butane?: boolean
  drive?: string
}

/** Options of each action; every other one would have no effect. */
export const optionsOf: Record<IgnitionAction, (keyof IgnitionOptions)[]> = {
  check: ['stream', 'release', 'streamBaseUrl'],
  translate: ['filesDir'],
  show: ['drive'],
  make: [
    'stream',
    'release',
    'streamBaseUrl',
    'sshKey',
    'user',
    'passwordStdin',
    'passwordHash',
    'hostname',
    'timezone',
    'address',
    'autologin',
    'updateWindow',
    'butane',
  ],
}
