import { z } from 'zod'

const line = z
  .string()
  .max(1024)
  .regex(/^[^\p{Cc}]+$/u, 'an answer is one line of text')

/** Static address of one network interface. */
export const staticAddress = z.object({
  /** Address with its prefix length, such as 192.0.2.5/24. */
  address: line,
  gateway: line.nullable(),
  dns: z.array(line).max(16),
  /** MAC address or name of the interface; null for any Ethernet interface. */
  device: line.nullable(),
})
export type StaticAddress = z.infer<typeof staticAddress>

/** Window of the week in which the system may reboot for an update. */
const updateWindow = z.object({
  /** Days in English, of three letters: Mon to Sun. */
  days: z.array(line).max(7),
  /** Start, as HH:MM. */
  start: line,
  minutes: z.number(),
})
export type UpdateWindow = z.infer<typeof updateWindow>

/** Answers that replace the writing of a config. Null and an empty list leave a thing as it is. */
export const simpleAnswers = z.object({
  /** User that the keys and the password are of. */
  user: line,
  /** Public keys, a line each. */
  sshKeys: z.array(line.max(16 * 1024)).max(100),
  passwordHash: line.nullable(),
  /** Host name; `{n}` stands for the number of the drive. */
  hostname: line.nullable(),
  /** Name of the time zone, such as Europe/Moscow. */
  timezone: line.nullable(),
  address: staticAddress.nullable(),
  /** Whether the user is logged in on the console without a password. */
  autologin: z.boolean(),
  updateWindow: updateWindow.nullable(),
})
export type SimpleAnswers = z.infer<typeof simpleAnswers>
