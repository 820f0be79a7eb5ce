import type { Duplex } from 'node:stream'
import type { Drive } from '../../src-shared/drive.ts'
import { allocateAligned } from '../memory/aligned-memory.ts'
import { clearEnds } from '../write/withheld-ends.ts'
import type { Target } from '../write/target.ts'
import { readLines, sendLine } from './lines.ts'
import { order, packError, type Order, type Reply } from './messages.ts'
import { slotCount, slotSize, type SharedSlots } from './shared-slots.ts'

/** Opens one drive. The helper checks all rules again, without trusting the engine. */
export type OpenDrive = (identity: Drive['identity'], mode: 'read' | 'write') => Promise<Target>

/** Returns true for orders that do not change the drive. */
const isReading = (act: Order['act']) => act === 'read' || act === 'flush' || act === 'close'

/** Maximum number of orders in flight: one for each slot, and as many without bytes. */
const mostUnderWay = 2 * slotCount

/**
 * Serves one drive to the engine at the other end of a stream, until the engine sends `close` or
 * ends. If it ends without `close`, the ends of a drive that was written to are cleared, so that
 * the drive cannot boot.
 * @param slots – buffers for the bytes of reads and writes, shared with the engine
 * @throws Error if a message violates the protocol; any error of clearing the drive
 */
export async function serveDrive(stream: Duplex, slots: SharedSlots, open: OpenDrive): Promise<void> {
  const underWay = new Set<Promise<void>>()
  const memory: Uint8Array[] = []
  const memoryOf = (slot: number, length: number) => (memory[slot] ??= allocateAligned(slotSize)).subarray(0, length)
  let target: Target | null = null
  let mode: 'read' | 'write' = 'read'
  let written = false

  async function act(given: Order): Promise<void> {
    const reply = await answer(given).catch((error: unknown) => ({ failed: packError(error) }))
    // The clone sends phrases as data. JSON alone would render them in English.
    sendLine(stream, structuredClone({ id: given.id, ...reply } satisfies Reply))
  }

  async function answer(given: Order) {
    if (given.act === 'open') {
      if (target !== null) throw new Error('a drive is open already')
      mode = given.mode
      target = await open({ ...given.identity, kind: 'block' }, mode)
      const { size, sectorSize, alignment, pastCache } = target
      return { opened: { size, sectorSize, alignment, pastCache } }
    }
    if (target === null) throw new Error('no drive is open')
    if (mode === 'read' && !isReading(given.act)) throw new Error('the drive is open for reading alone')
    switch (given.act) {
      case 'write': {
        const bytes = memoryOf(given.slot, given.length)
        await slots.take(given.slot, bytes)
        written = true
        await target.write(bytes, given.offset)
        return { warning: null }
      }
      case 'read': {
        const bytes = memoryOf(given.slot, given.length)
        await target.read(bytes, given.offset)
        await slots.fill(given.slot, [bytes])
        return { warning: null }
      }
      case 'flush':
        await target.flush()
        return { warning: null }
      case 'reread':
        return { warning: await target.rereadPartitionTable() }
      case 'eject':
        // The drive is verified at this point: nothing has to be cleared any more.
        written = false
        return { warning: await target.eject() }
      case 'close': {
        const closed = target
        target = null
        await closed.close()
        return { warning: null }
      }
    }
  }

  // The reader below receives the error of the stream, too.
  stream.on('error', () => undefined)
  try {
    for await (const given of readLines(stream, order)) {
      if (underWay.size >= mostUnderWay) throw new Error('more orders than there are slots')
      const acting = act(given)
      underWay.add(acting)
      void acting.then(() => underWay.delete(acting))
      // No further order starts while the drive is being opened, ejected or closed.
      if (given.act === 'open' || given.act === 'eject' || given.act === 'close') await acting
      if (given.act === 'close') break
    }
  } finally {
    await Promise.all(underWay)
    stream.end()
    await slots.close()
    const left = target as Target | null
    if (left !== null) {
      try {
        if (written) await clearEnds(left)
      } finally {
        await left.close()
      }
    }
  }
}
