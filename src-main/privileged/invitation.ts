import { randomBytes, timingSafeEqual } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { lstat, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { protocolVersion } from './messages.ts'
import { createSharedSlots, type SharedSlots } from './shared-slots.ts'

/** The connection that engine and helper share. */
export interface Meeting {
  socket: Socket
  slots: SharedSlots
}

/** A private directory in which the engine waits for its helper. */
export interface Invitation {
  /**
   * Path of the file that the helper receives. It contains the one-time secret, and only its owner
   * (and root) can read it.
   */
  path: string
  /**
   * Resolves when the helper has connected and sent the secret. A connection with another secret is
   * closed.
   */
  guest: Promise<Meeting>
  /**
   * Stops waiting for the helper, and deletes the directory; on Windows only when the slots are
   * closed.
   */
  withdraw(): Promise<void>
}

const secretShape = /^[0-9a-f]{64}$/
/** Content of the invitation file. */
const invitation = z.strictObject({ version: z.number(), secret: z.string().regex(secretShape) })
/**
 * Maximum length in bytes of a Unix socket path that every system accepts, with its terminating
 * NUL.
 */
const longestAddress = 104

/**
 * Waits for a helper on a local socket. The socket is a Unix socket in a directory that no other
 * user can enter, or a named pipe of Windows. This way no elevation tool has to pass pipes on.
 * osascript and UAC cannot do so. sudo copies the bytes of pipes when it creates a terminal.
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
  /** Windows removes an open file only when engine and helper have both closed it. */
  const remove = (maxRetries: number) => rm(place, { recursive: true, force: true, maxRetries }).catch(() => undefined)
  async function close() {
    await slots.close()
    await remove(10)
  }
  async function withdraw() {
    server.close()
    await (met ? remove(0) : close())
  }
  server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy())
    void greet(socket, secret).then((known) => {
      if (!known || met) return socket.destroy()
      met = true
      arrive({ socket, slots: { ...slots, close } })
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

/**
 * Reads the secret, which is the first message of a helper, and no byte after it.
 * @returns true if the secret is correct
 */
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
 * Accepts an invitation in the helper. The inviting user is not trusted: the helper may read all
 * files, the user may not. Checks therefore use the open handle of a file, and no error quotes its
 * content.
 * @param owner – the user id of the person who started the helper, null if the system does not
 * provide it. Only an invitation of that user is accepted.
 * @throws Error if the file is not an invitation, or if no engine listens on its socket
 */
export async function accept(path: string, owner: number | null): Promise<Meeting> {
  // Windows has neither modes nor user ids; its temporary folders are private to each user.
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
    // The file receives bytes of the drive. If it had a second name, other users might read it
    // there.
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

/** Returns null for invalid JSON: the error of the parser would quote the text. */
function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const noLink = constants.O_NOFOLLOW ?? 0
/** Prevents the opening of a pipe from waiting for its other end. */
const noWait = constants.O_NONBLOCK ?? 0

const bytesBeside = (path: string) => join(dirname(path), 'bytes')

/**
 * Returns the address of the socket. On Windows all users can list the names of pipes, but none can
 * guess this one in advance.
 */
const addressBeside = (path: string, secret: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\kindling-${secret.slice(0, 32)}` : join(dirname(path), 'socket')

/**
 * Creates a directory that only its owner can enter, as `mkdtemp` guarantees. It is in memory if
 * the system has a directory for that.
 */
async function makePrivateDirectory(): Promise<string> {
  if (process.platform === 'linux') {
    const inMemory = await mkdtemp('/dev/shm/kindling-').catch(() => null)
    if (inMemory !== null) return inMemory
  }
  const name = 'kindling-XXXXXX/socket'
  const base = process.platform !== 'win32' && join(tmpdir(), name).length >= longestAddress ? '/tmp' : tmpdir()
  return mkdtemp(join(base, 'kindling-'))
}
