import type { Socket } from 'node:net'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { reasonOf } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { Target } from '../write/target.ts'
import { HelperConnection } from './helper-connection.ts'
import { slotSize, type SharedSlots } from './shared-slots.ts'

/**
 * Opens a drive in the helper at the other end of a stream, as a target. Closing the target ends
 * the stream.
 * @param slots – buffers for the bytes of reads and writes, shared with the helper
 * @throws any failure of opening the drive; helper-lost if the helper ends
 */
export async function openRemoteTarget(
  stream: Socket,
  slots: SharedSlots,
  identity: DriveIdentity,
  mode: 'read' | 'write',
): Promise<Target> {
  const helper = new HelperConnection(stream, identity.device, () => void slots.close().catch(() => undefined))

  async function askForWarning(act: 'flush' | 'reread' | 'eject' | 'close'): Promise<Said | null> {
    const answer = await helper.ask({ act })
    return 'warning' in answer ? answer.warning : null
  }

  /** Ends the connection: without the shared file no bytes can be transferred. */
  const orLose = (error: unknown) => Promise.reject(helper.lose(reasonOf(error)))

  const { kind: _, ...named } = identity
  const answer = await helper.ask({ act: 'open', identity: named, mode }).catch((error: unknown) => {
    helper.lose(say('helper-opened-nothing'))
    throw error
  })
  if (!('opened' in answer)) throw helper.lose(say('helper-opened-nothing'))
  const { opened } = answer
  return {
    ...opened,
    async write(given, offset) {
      for (const { from, length, parts } of groupParts(given instanceof Uint8Array ? [given] : given))
        await slots.lend(async (slot) => {
          await slots.fill(slot, parts).catch(orLose)
          await helper.ask({ act: 'write', slot, offset: offset + from, length })
        })
    },
    async read(bytes, offset) {
      for (let at = 0; at < bytes.length; at += slotSize) {
        const into = bytes.subarray(at, at + slotSize)
        await slots.lend(async (slot) => {
          await helper.ask({ act: 'read', slot, offset: offset + at, length: into.length })
          await slots.take(slot, into).catch(orLose)
        })
      }
    },
    async flush() {
      await askForWarning('flush')
    },
    rereadPartitionTable: () => askForWarning('reread'),
    eject: () => askForWarning('eject'),
    async close() {
      await askForWarning('close').finally(() => helper.lose(say('helper-closed')))
    },
  }
}

interface Group {
  /** Offset of the group, in bytes from the start of the first part. */
  from: number
  length: number
  parts: Uint8Array[]
}

/** Splits parts into groups that each fit into a slot. */
function groupParts(parts: readonly Uint8Array[]): Group[] {
  const groups: Group[] = []
  let from = 0
  for (const part of parts)
    for (let at = 0; at < part.length;) {
      let last = groups.at(-1)
      if (last === undefined || last.length === slotSize) groups.push((last = { from, length: 0, parts: [] }))
      const piece = part.subarray(at, at + slotSize - last.length)
      last.parts.push(piece)
      last.length += piece.length
      at += piece.length
      from += piece.length
    }
  return groups
}
