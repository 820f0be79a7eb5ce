import type { Drive } from '../../../src-shared/drive.ts'
import { KindlingError } from '../../../src-shared/failure.ts'
import type { Drives } from '../../../src-main/ports.ts'
import type { Target } from '../../../src-main/write/target.ts'
import { makeDriveClock, type Speeds } from './drive-clock.ts'
import { UnflushedWrites } from './unflushed-writes.ts'

/** What a drive in memory was told, in order: `write 1048576+4194304`, `flush`, `read 0+4096`, … */
export type Operation =
  { kind: 'write' | 'read'; offset: number; length: number } | { kind: 'flush' | 'reread' | 'eject' | 'close' }

export interface MemoryDrive {
  drive: Drive
  drives: Drives
  bytes: Buffer
  operations: Operation[]
  /** Called before each operation, which waits for it; what it throws, the drive answers. */
  before: (operation: Operation) => void | Promise<void>
  /** Called after each read, and may change what was read. */
  afterRead: (bytes: Uint8Array, offset: number) => void
  /** Called after each write. */
  afterWrite: (offset: number, length: number) => void
  /** Milliseconds of the drive's own clock, which goes on only while it is at work. */
  now: () => number
  target: Target
}

/** A drive whose every operation can be watched and spoiled, for what no real drive does to order. */
export function makeMemoryDrive({
  size,
  sectorSize = 512,
  device = '/dev/memory',
  speeds,
  // Old bytes everywhere, so that nothing that was never written can pass for zeros.
  contents: bytes = Buffer.alloc(size, 0xa5),
  losesUnflushed = false,
}: {
  size: number
  device?: string
  sectorSize?: 512 | 4096
  speeds?: Speeds
  /** As many bytes as the drive has, and from then on the drive's own. */
  contents?: Buffer
  /**
   * The drive starts anew when bytes are read that it has not flushed yet: all of those are lost
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
    // Like a real drive, later than at once.
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
      // Only now: who changes bytes that are on their way spoils them.
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
