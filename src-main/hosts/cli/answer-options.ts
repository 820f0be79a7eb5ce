import type { Command } from 'commander'

/** Options of simple answers, of which a config is made. */
export interface AnswerOptions {
  sshKey?: string[]
  user?: string
  passwordStdin?: boolean
  passwordHash?: string
  hostname?: string[]
  timezone?: string
  address?: string
  autologin?: boolean
  updateWindow?: string
}

/** Returns whether any answer was given. */
export const hasAnswers = (options: AnswerOptions): boolean =>
  [options.sshKey, options.user, options.passwordStdin, options.passwordHash, options.hostname, options.timezone].some(
    Boolean,
  ) || [options.address, options.autologin, options.updateWindow].some(Boolean)

const collect = (value: string, others: string[] = []) => [...others, value]

export const addAnswerOptions = (command: Command, hostname: string): Command =>
  command
    .option('--ssh-key <KEY|FILE>', 'a public key that may log in, or a file of some; may be given again', collect)
    .option('--user <NAME>', 'the user that keys and password are of (default: core, whom every image has)')
    .option('--password-stdin', 'read the password of the user from stdin')
    .option('--password-hash <HASH>', 'the hash of the password, as mkpasswd makes it')
    .option('--hostname <NAME>', hostname, collect)
    .option('--timezone <ZONE>', 'the time zone, like Europe/Moscow')
    .option('--address <ADDRESS>', 'a static address: IP/PREFIX[,gateway=IP][,dns=IP][,device=MAC|NAME]')
    .option('--autologin', 'log the user in on the console without a password')
    .option('--update-window <WINDOW>', 'when updates may reboot the machine, like Sat,Sun@22:30+60 (minutes)')
