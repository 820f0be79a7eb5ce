import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { run } from './devices.ts'
import { serveNbd, type NbdRequest } from './nbd-server.ts'
import { makeTemporaryDirectory } from '../files/temporary.ts'
import { UnflushedWrites } from './unflushed-writes.ts'
import { mib } from '../files/mib.ts'

/** Error numbers of the kernel's headers. */
export const errno = { EPERM: 1, EIO: 5, ENOSPC: 28 } as const

/**
 * True for a write of the image's body, well after its start. The writes that probe the drive's
 * capacity before are smaller.
 */
export const isOfBody = ({ kind, offset, length }: NbdRequest): boolean =>
  kind === 'write' && length >= 64 * 1024 && offset > 8 * mib && offset < 40 * mib

/** Misbehaviour of a drive. A field that is not set means normal behaviour. */
export interface Behaviour {
  /**
   * Called and awaited before each request. Returns an errno to fail it.
   * @param part – the bytes to be written
   */
  before?(request: NbdRequest, part: Buffer): Promise<number | void> | number | void
  /**
   * Maps an offset to the real position of its byte, or null if there is none: the byte reads as
   * zero, and writes are lost.
   */
  place?(offset: number): number | null
  /** Returns whether a write is stored. The drive reports success in both cases. */
  keeps?(request: NbdRequest): boolean
  /**
   * The drive restarts at the first read of unflushed bytes and loses all of them
   * (`UnflushedWrites`).
   */
  losesUnflushed?: boolean
  /** May change the bytes that were read. */
  afterRead?(bytes: Buffer, offset: number): void
}

export interface ServedDrive {
  /** The loop device while the drive is plugged in. */
  readonly device: string
  /** Mount point of the file system with the file under the loop device. */
  readonly mountpoint: string
  /** The bytes that the drive really stores. */
  readonly bytes: Buffer
  behaviour: Behaviour
  /** All requests since the drive was made. */
  readonly requests: NbdRequest[]
  /**
   * Simulates pulling out the drive: no request is answered any more, and the device node
   * disappears.
   */
  pull(): Promise<void>
  /** Plugs the drive in again, as a new device with the same bytes. */
  plugIn(): Promise<void>
  dispose(): Promise<void>
}

/**
 * Makes a real block device whose every request is answered by a test: a loop device over a FUSE
 * file (nbdfuse) over an NBD server in the test's own process. The program that uses the drive must
 * be another process.
 * @param bytes – contents of the drive; their length is its real size
 * @param claims – size that the drive reports, in bytes
 */
export async function makeServedDrive(
  bytes: Buffer,
  { claims = bytes.length, sectorSize = 512 }: { claims?: number; sectorSize?: 512 | 4096 } = {},
): Promise<ServedDrive> {
  const directory = await makeTemporaryDirectory('kindling-served-')
  const [socket, mountpoint] = [directory.file('socket'), directory.file('mount')]
  const file = `${mountpoint}/drive`
  await mkdir(mountpoint)
  let server: { process: ChildProcess; ended: Promise<unknown> } | null = null
  let [device, pulled] = ['', false]
  const unflushed = new UnflushedWrites(bytes)

  const stop = await serveNbd(socket, claims, async (request, part) => {
    const { kind, offset, length } = request
    drive.requests.push(request)
    const { before, keeps, losesUnflushed, afterRead } = drive.behaviour
    const error = await before?.(request, part)
    if (error) return error
    if (kind === 'flush') unflushed.flush()
    if (kind === 'write' && keeps?.(request) !== false)
      eachStretch(offset, length, (from, to, at) => {
        if (at === null) return
        if (losesUnflushed) unflushed.add(at, to - from)
        part.copy(bytes, at, from, to)
      })
    if (kind === 'read') {
      eachStretch(offset, length, (from, to, at) => {
        if (at === null) return
        unflushed.loseIfRead(at, to - from)
        bytes.copy(part, from, at, at + to - from)
      })
      afterRead?.(part, offset)
    }
    return 0
  })

  /**
   * Calls `act` for the stretches of a request: once for all of it, or for each sector if `place`
   * is set.
   */
  function eachStretch(offset: number, length: number, act: (from: number, to: number, at: number | null) => void) {
    const { place } = drive.behaviour
    if (place === undefined) return act(0, length, offset)
    for (let from = 0; from < length; from += 512) act(from, Math.min(from + 512, length), place(offset + from))
  }

  const drive: ServedDrive = {
    get device() {
      return device
    },
    mountpoint,
    bytes,
    behaviour: {},
    requests: [],
    async plugIn() {
      const child = spawn('nbdfuse', [file, '--unix', socket], { stdio: 'ignore' })
      server = { process: child, ended: new Promise((settle) => child.once('close', settle)) }
      // The file appears once nbdfuse has mounted the file system. Nothing else shows it.
      while (!existsSync(file)) {
        if (child.exitCode !== null || child.pid === undefined) throw new Error('nbdfuse cannot mount here')
        await setTimeout(20)
      }
      device = await run('losetup', '-f', '--show', '--direct-io=on', '-b', String(sectorSize), file)
    },
    async pull() {
      if (server === null || pulled) return
      pulled = true
      server.process.kill('SIGKILL')
      await server.ended
      await rename(device, `${device}.pulled`)
    },
    async dispose() {
      await takeOut()
      await stop()
      await directory.dispose()
    },
  }
  async function takeOut() {
    drive.behaviour = {}
    if (pulled) await rename(`${device}.pulled`, device)
    if (device !== '') {
      // The next user of the loop device would find it in this state.
      await run('blockdev', '--setrw', device)
      await run('partx', '-d', device).catch(() => {})
      await run('losetup', '-d', device)
    }
    device = ''
    if (server === null) return
    await run('fusermount3', '-u', mountpoint).catch(() => server!.process.kill())
    await server.ended
    server = null
    pulled = false
  }
  const { plugIn } = drive
  drive.plugIn = async () => {
    await takeOut()
    await plugIn()
  }
  try {
    await drive.plugIn()
    return drive
  } catch (error) {
    await drive.dispose()
    throw error
  }
}
