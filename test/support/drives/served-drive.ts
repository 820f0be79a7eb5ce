import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { run } from './devices.ts'
import { serveNbd, type NbdRequest } from './nbd-server.ts'
import { makeTemporaryDirectory } from '../temporary.ts'
import { UnflushedWrites } from './unflushed-writes.ts'

/** As the kernel's headers have them. */
export const errno = { EPERM: 1, EIO: 5, ENOSPC: 28 } as const

const mib = 1024 * 1024
/** An image's own bytes, well after the first: what is written before to see how large the drive is are small pieces. */
export const isOfBody = ({ kind, offset, length }: NbdRequest): boolean =>
  kind === 'write' && length >= 64 * 1024 && offset > 8 * mib && offset < 40 * mib

/** How a drive misbehaves. Whatever is not given is as it should be. */
export interface Behaviour {
  /** Called before each request, which waits for it; answers an errno to fail it. @param part bytes that are to be written */
  before?(request: NbdRequest, part: Buffer): Promise<number | void> | number | void
  /** Where the byte at an offset really lies, or null where there is nothing: it reads as zero, and what is written is lost. */
  place?(offset: number): number | null
  /** Whether a write is stored; it is answered as if it were. */
  keeps?(request: NbdRequest): boolean
  /**
   * The drive starts anew when bytes are read that it has not flushed yet: all of those are lost
   * (`UnflushedWrites`).
   */
  losesUnflushed?: boolean
  /** May change what was read. */
  afterRead?(bytes: Buffer, offset: number): void
}

export interface ServedDrive {
  /** The loop device, as long as it is plugged in. */
  readonly device: string
  /** Where the file is that the loop device is over. */
  readonly mountpoint: string
  /** What the drive really holds. */
  readonly bytes: Buffer
  behaviour: Behaviour
  /** All requests since it was made. */
  readonly requests: NbdRequest[]
  /** As a stick that is pulled out: no request is answered any more, and its device node is gone. */
  pull(): Promise<void>
  /** Another device with the same bytes. */
  plugIn(): Promise<void>
  dispose(): Promise<void>
}

/**
 * A real block device whose every request a test answers: a loop device over a FUSE file (nbdfuse) over an NBD server in the
 * test's own process. The program that uses it must be another process.
 * @param bytes of the drive; it is as large as they are
 * @param claims bytes that it says it has
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

  /** Stretches of a request that lie together, by sectors. */
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
      // Only the file itself shows that nbdfuse has mounted it.
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
      // The next one to have the loop device would find it as this one was left.
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
