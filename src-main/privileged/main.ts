import { createSystem } from '../drives/create-system.ts'
import { cleanEnvironment } from './clean-environment.ts'
import { accept } from './invitation.ts'
import { invitingUser } from './inviting-user.ts'
import { openOnBehalf } from './open-on-behalf.ts'
import { serveDrive } from './serve-drive.ts'

process.env = cleanEnvironment(process.env, process.platform)
// The engine decides when to stop, and the drive is cleared when the engine ends. These signals are
// therefore ignored. Ctrl-C in a terminal reaches all of its programs, and the end of the terminal
// sends SIGHUP.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => undefined)

const path = process.argv[2]
if (path === undefined) throw new Error('This program is started by Kindling when it needs to open a drive.')
const { socket, slots } = await accept(path, invitingUser(process.env, process.platform, process.getuid?.() ?? null))
const system = createSystem()
await serveDrive(socket, slots, (identity, mode) => openOnBehalf(system, identity, mode))
