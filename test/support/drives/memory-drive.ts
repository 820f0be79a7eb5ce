import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { Drives } from '../../../src-main/ports.ts'
import type { Target } from '../../../src-main/write/target.ts'
import { makeDriveClock, type Operation, type Speeds } from './drive-clock.ts'
import { UnflushedWrites } from './unflushed-writes.ts'

export interface MemoryDrive {
  drive: Drive
  drives: Drives
  bytes: Buffer
  operations: Operation[]
  /** Called and awaited before each operation. The drive fails with any error it throws. */
  before: (operation: Operation) => void | Promise<void>
  /** Called after each read. May change the bytes that were read. */
  afterRead: (bytes: Uint8Array, offset: number) => void
  /** Called after each write. */
  afterWrite: (offset: number, length: number) => void
  /**
   * Returns the time of the drive's own clock in milliseconds. It advances only while the drive
   * works.
   */
  now: () => number
  target: Target
}

/**
 * Makes a drive in memory whose every operation can be observed and changed. It shows behaviour
 * that no real drive shows on demand.
 */
export function makeMemoryDrive({
  size,
  sectorSize = 512,
  device = '/dev/memory',
  speeds,
  // Old bytes everywhere, so that bytes that were never written cannot pass for zeros.
  contents: bytes = Buffer.alloc(size, 0xa5),
  losesUnflushed = false,
}: {
  size: number
  device?: string
  sectorSize?: 512 | 4096
  speeds?: Speeds
  /** Initial bytes, as many as the size of the drive. The drive uses this buffer from then on. */
  contents?: Buffer
  /**
   * The drive restarts at the first read of unflushed bytes and loses all of them
   * (`UnflushedWrites`).
   */
  losesUnflushed?: boolean
}): MemoryDrive {
  const unflushed = losesUnflushed ? new UnflushedWrites(bytes) : null
  const clock = speeds === undefined ? null : makeDriveClock(speeds)
  const drive: Drive = {
    identity: {
      device,
      kind: 'block',
      size,
      model: 'Memory',
      vendor: null,
      serial: device,
      wwn: null,
      byId: null,
      number: device,
      attachment: null,
      medium: null,
    },
    name: 'Memory',
    sectorSize,
    bus: null,
    removable: true,
    readOnly: false,
    contents: [],
    refusals: [],
    precious: false,
  }
  const memory: MemoryDrive = {
    drive,
    bytes,
    operations: [],
    before: () => {},
    afterRead: () => {},
    afterWrite: () => {},
    now: () => clock?.now() ?? 0,
    get target() {
      return target
    },
    drives: {
      list: async () => [drive],
      inspect: async (path) => {
        if (path !== drive.identity.device) throw new KindlingError('drive-missing', { drive: path })
        return drive
      },
      open: async () => target,
      watch: () => () => {},
      overlaps: async () => false,
    },
  }
  async function act(operation: Operation) {
    // Like a real drive, an operation never completes synchronously.
    if (clock === null) await new Promise((resolve) => setImmediate(resolve))
    await memory.before(operation)
    memory.operations.push(operation)
    await clock?.take(operation)
  }
  function requireAligned(offset: number, length: number) {
    if (offset % sectorSize !== 0 || length % sectorSize !== 0) throw new RangeError(`EINVAL: ${offset}+${length}`)
    if (offset + length > size) throw new RangeError(`ENOSPC: ${offset}+${length}`)
  }
  const target: Target = {
    size,
    sectorSize,
    pastCache: true,
    alignment: sectorSize,
    async write(given, offset) {
      const parts = given instanceof Uint8Array ? [given] : given
      const length = parts.reduce((sum, part) => sum + part.length, 0)
      requireAligned(offset, length)
      await act({ kind: 'write', offset, length })
      unflushed?.add(offset, length)
      // Copied only now: if the caller changes the bytes of a pending write, the drive gets the
      // changed ones.
      let at = offset
      for (const part of parts) {
        bytes.set(part, at)
        at += part.length
      }
      memory.afterWrite(offset, length)
    },
    async read(part, offset) {
      requireAligned(offset, part.length)
      await act({ kind: 'read', offset, length: part.length })
      unflushed?.loseIfRead(offset, part.length)
      part.set(bytes.subarray(offset, offset + part.length))
      memory.afterRead(part, offset)
    },
    async flush() {
      await act({ kind: 'flush' })
      unflushed?.flush()
    },
    async rereadPartitionTable() {
      await act({ kind: 'reread' })
      return null
    },
    async eject() {
      await act({ kind: 'eject' })
      return null
    },
    close: () => act({ kind: 'close' }),
  }
  return memory
}
