import type { Duplex } from 'node:stream'
import type { Drive } from '../../src-shared/drive.ts'
import { clearEnds } from '../write/hold-back.ts'
import type { Target } from '../write/target.ts'
import { createBytePool } from './byte-pool.ts'
import { readFrames, sendFrame } from './frames.ts'
import { order, packError, type Order, type Reply } from './messages.ts'

/** Opens one drive: the rules are asked again with the helper's own eyes. */
export type OpenDrive = (identity: Drive['identity'], mode: 'read' | 'write') => Promise<Target>

/**
 * Serves one drive to the engine at the other end of a stream, until it says `close` or goes. When it goes without a word
 * the ends of a drive that was written to are cleared, so that it cannot boot.
 * @throws Error when what comes is not what was agreed; what clearing the drive throws
 */
export async function serveDrive(stream: Duplex, open: OpenDrive): Promise<void> {
  const pool = createBytePool()
  const underWay = new Set<Promise<void>>()
  let target: Target | null = null
  let written = false

  async function act(order: Order, bytes: Uint8Array): Promise<void> {
    try {
      await sendFrame(stream, { id: order.id, ...(await answer(order, bytes)) } satisfies Reply)
    } catch (error) {
      await sendFrame(stream, { id: order.id, failed: packError(error) } satisfies Reply)
    } finally {
      if (bytes.length > 0) pool.give(bytes)
    }
  }

  async function answer(order: Order, bytes: Uint8Array) {
    if (order.act === 'open') {
      if (target !== null) throw new Error('a drive is open already')
      target = await open(order.identity, order.mode)
      const { size, sectorSize, alignment, pastCache } = target
      return { opened: { size, sectorSize, alignment, pastCache } }
    }
    if (target === null) throw new Error('no drive is open')
    if (order.act === 'write') {
      written = true
      await target.write(bytes, order.offset)
    } else if (order.act === 'flush') await target.flush()
    else if (order.act === 'reread') return { warning: await target.rereadPartitionTable() }
    else if (order.act === 'eject') {
      // It is proved: nothing of it is to be cleared any more.
      written = false
      return { warning: await target.eject() }
    } else if (order.act === 'close') {
      const closed = target
      target = null
      await closed.close()
    }
    return { warning: null }
  }

  async function read({ id, offset, length }: Extract<Order, { act: 'read' }>): Promise<void> {
    const bytes = await pool.take(length)
    try {
      if (target === null) throw new Error('no drive is open')
      await target.read(bytes, offset)
      await sendFrame(stream, { id, warning: null } satisfies Reply, [bytes])
    } catch (error) {
      await sendFrame(stream, { id, failed: packError(error) } satisfies Reply)
    } finally {
      pool.give(bytes)
    }
  }

  // Whoever reads or writes is told; nobody else needs to be.
  stream.on('error', () => undefined)
  try {
    for await (const { message, bytes } of readFrames(stream, order, (_, length) => pool.take(length))) {
      // An answer that nobody takes any more: the end of the stream tells.
      const acting = (message.act === 'read' ? read(message) : act(message, bytes)).catch(() => undefined)
      underWay.add(acting)
      void acting.then(() => underWay.delete(acting))
      // What is opened or closed is not used meanwhile.
      if (['open', 'eject', 'close'].includes(message.act)) await acting
      if (message.act === 'close') break
    }
  } finally {
    await Promise.all(underWay)
    stream.end()
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
