import { randomBytes, timingSafeEqual } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { protocolVersion } from './messages.ts'
import { createSharedSlots, type SharedSlots } from './shared-slots.ts'

/** What engine and helper share once they have met. */
export interface Meeting {
  socket: Socket
  slots: SharedSlots
}

/** A private place at which the engine waits for its helper. */
export interface Invitation {
  /** The file that the helper is given: it holds the one-time secret, and only its owner (and root) can read it. */
  path: string
  /** Resolves when the helper came in and showed the secret. Whoever shows none is turned away. */
  guest: Promise<Meeting>
  /** Nobody is expected any more. */
  withdraw(): Promise<void>
}

const secretShape = /^[0-9a-f]{64}$/
/** What the invitation file holds. */
const invitation = z.strictObject({ version: z.number(), secret: z.string().regex(secretShape) })
/** Bytes of the longest path of a Unix socket that every system accepts, with its end. */
const longestAddress = 104

/**
 * Waits for a helper on a socket of this system: a Unix socket in a directory that nobody else can enter, or a named pipe of
 * Windows. No elevation tool has to pass pipes on: osascript and UAC cannot, and sudo copies them where it makes a terminal.
 */
export async function invite(): Promise<Invitation> {
  const place = await makePrivateDirectory()
  const path = join(place, 'invitation')
  const secret = randomBytes(32).toString('hex')
  const slots = createSharedSlots(await open(bytesBeside(path), 'wx+', 0o600))
  const server = createServer()
  let met = false
  let arrive: (meeting: Meeting) => void
  const guest = new Promise<Meeting>((resolve) => (arrive = resolve))
  async function withdraw() {
    server.close()
    await rm(place, { recursive: true, force: true })
    if (!met) await slots.close()
  }
  server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy())
    void greet(socket, secret).then((known) => {
      if (!known || met) return socket.destroy()
      met = true
      arrive({ socket, slots })
    })
  })
  try {
    await writeFile(path, JSON.stringify({ version: protocolVersion, secret }), { mode: 0o600, flag: 'wx' })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(addressBeside(path, secret), resolve)
    })
  } catch (error) {
    await withdraw()
    throw error
  }
  return { path, guest, withdraw }
}

/** What a guest says first is the secret, and exactly that is taken from the stream. */
function greet(socket: Socket, secret: string): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve(false)).on('readable', listen)
    function listen() {
      const said = socket.read(secret.length) as Buffer | null
      if (said === null) return
      socket.off('readable', listen)
      resolve(timingSafeEqual(said, Buffer.from(secret)))
    }
  })
}

/**
 * Takes an invitation, on the helper's side. The inviting person is not trusted: the helper may
 * read all files, that person may not. Checks ask the open handle of a file, and no error quotes
 * its content.
 *
 * @param owner – the user id of the person who started the helper, null where the system does not
 * tell it. Only an invitation of that user is taken.
 * @throws Error when the file is not an invitation, or when nothing waits at its socket.
 */
export async function accept(path: string, owner: number | null): Promise<Meeting> {
  // Windows knows neither modes nor user ids; its temporary folders are private to each user.
  const user = process.platform === 'win32' ? null : (owner ?? (await lstat(dirname(path))).uid)
  const requirePrivate = ({ uid, mode }: { uid: number; mode: number }, what: string) => {
    if (user !== null && (uid !== user || (mode & 0o077) !== 0)) throw new Error(`${what} is not private`)
  }
  requirePrivate(await lstat(dirname(path)), 'this invitation')
  const { version, secret } = await readInvitation(path, (stats) => requirePrivate(stats, 'this invitation'))
  if (version !== protocolVersion) throw new Error(`this invitation is of version ${version}`)
  const shared = await open(bytesBeside(path), constants.O_RDWR | noLink | noWait)
  try {
    const stats = await shared.stat()
    // Bytes of the drive go there: another name of the file could be one that other users may read.
    if (!stats.isFile() || stats.nlink !== 1) throw new Error('the file for bytes is not private')
    requirePrivate(stats, 'the file for bytes')
    const socket = connect({ path: addressBeside(path, secret) })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    socket.write(secret)
    return { socket, slots: createSharedSlots(shared) }
  } catch (error) {
    await shared.close()
    throw error
  }
}

async function readInvitation(path: string, check: (stats: Stats) => void): Promise<z.infer<typeof invitation>> {
  const handle = await open(path, constants.O_RDONLY | noLink | noWait).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ELOOP' ? new Error('this is no invitation') : error
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || stats.size > 4096) throw new Error('this is no invitation')
    check(stats)
    const told = invitation.safeParse(parseQuietly(await handle.readFile('utf8')))
    if (!told.success) throw new Error('this is no invitation')
    return told.data
  } finally {
    await handle.close()
  }
}

/** A parser's error would quote the text. */
function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const noLink = constants.O_NOFOLLOW ?? 0
/** Opening a pipe does not wait for its other end. */
const noWait = constants.O_NONBLOCK ?? 0

const bytesBeside = (path: string) => join(dirname(path), 'bytes')

/** Where Windows keeps its pipes everybody sees their names, but nobody can guess this one. */
const addressBeside = (path: string, secret: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\kindling-${secret.slice(0, 32)}` : join(dirname(path), 'socket')

/** Only its owner can enter it: `mkdtemp` sees to that. In memory, where the system has a place for that. */
async function makePrivateDirectory(): Promise<string> {
  if (process.platform === 'linux') {
    const inMemory = await mkdtemp('/dev/shm/kindling-').catch(() => null)
    if (inMemory !== null) return inMemory
  }
  const name = 'kindling-XXXXXX/socket'
  const base = process.platform !== 'win32' && join(tmpdir(), name).length >= longestAddress ? '/tmp' : tmpdir()
  return mkdtemp(join(base, 'kindling-'))
}
