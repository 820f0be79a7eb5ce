import { z } from 'zod'
import type { StaticAddress } from './simple-answers.ts'
import type { SshKey } from './ssh-key.ts'

/** Name of a profile: a line of text. */
export const profileName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^(?=\S)[^\p{C}]*\S$/u, 'the name of a profile is one line of text')

/** Answers of a first boot that the user gave a name. They hold no secret. */
export interface Profile {
  name: string
  keys: SshKey[]
  hostname: string
  /** Null for an address from the network. */
  address: StaticAddress | null
}
