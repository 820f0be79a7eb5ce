import type { Socket } from 'node:net'
import type { DriveIdentity } from '../../src-shared/drive.ts'
import { KindlingError, reasonOf } from '../../src-shared/failure.ts'
import type { Target } from '../write/target.ts'
import { readFrames, sendFrame } from './frames.ts'
import { mostBytes, reply, unpackError, type Order, type Reply } from './messages.ts'

interface Pending {
  /** Where the bytes of the answer go. */
  into: Uint8Array | null
  resolve(reply: Reply): void
  reject(error: unknown): void
}

/** `Omit` for each kind of order by itself. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/**
 * A target that a helper opens, at the other end of a stream. It ends the stream when it is closed.
 * @throws what opening the drive throws; helper-lost when the helper goes
 */
export async function openRemoteTarget(
  stream: Socket,
  identity: DriveIdentity,
  mode: 'read' | 'write',
): Promise<Target> {
  const { device } = identity
  const pending = new Map<number, Pending>()
  let ids = 0
  let lost: KindlingError | null = null

  function lose(reason: string) {
    lost ??= new KindlingError('helper-lost', { drive: device, reason })
    for (const { reject } of pending.values()) reject(lost)
    pending.clear()
    stream.destroy()
  }

  async function listen(): Promise<void> {
    try {
      const frames = readFrames(stream, reply, ({ id }, length) => {
        const into = pending.get(id)?.into
        if (into?.length !== length) throw new Error('bytes that nobody asked for')
        return into
      })
      for await (const { message, bytes } of frames) {
        const waiting = pending.get(message.id)
        pending.delete(message.id)
        if ('failed' in message) waiting?.reject(unpackError(message.failed))
        else if (waiting?.into && bytes.length === 0) waiting.reject(new Error('an answer without bytes'))
        else waiting?.resolve(message)
      }
      lose('it ended')
    } catch (error) {
      lose(reasonOf(error))
    }
  }

  function ask(order: WithoutId<Order>, bytes: readonly Uint8Array[] = [], into: Uint8Array | null = null) {
    return new Promise<Reply>((resolve, reject) => {
      if (lost) return reject(lost)
      const id = ids++
      pending.set(id, { into, resolve, reject })
      sendFrame(stream, { ...order, id }, bytes).catch((error: unknown) => lose(reasonOf(error)))
    })
  }

  async function askForWarning(act: 'flush' | 'reread' | 'eject' | 'close'): Promise<string | null> {
    const answer = await ask({ act })
    return 'warning' in answer ? answer.warning : null
  }

  void listen()
  const answer = await ask({ act: 'open', identity, mode }).catch((error: unknown) => {
    stream.destroy()
    throw error
  })
  if (!('opened' in answer)) throw new KindlingError('helper-lost', { drive: device, reason: 'it opened nothing' })
  const { opened } = answer
  return {
    ...opened,
    async write(given, offset) {
      const parts = given instanceof Uint8Array ? [given] : given
      for (const group of groupParts(parts)) {
        await ask({ act: 'write', offset: offset + group.from }, group.parts)
      }
    },
    async read(bytes, offset) {
      for (let at = 0; at < bytes.length; at += mostBytes) {
        const into = bytes.subarray(at, at + mostBytes)
        await ask({ act: 'read', offset: offset + at, length: into.length }, [], into)
      }
    },
    async flush() {
      await askForWarning('flush')
    },
    rereadPartitionTable: () => askForWarning('reread'),
    eject: () => askForWarning('eject'),
    async close() {
      await askForWarning('close').finally(() => stream.end())
    },
  }
}

/** Parts in groups of what one message may carry, each with its distance from the start. */
function groupParts(parts: readonly Uint8Array[]): { from: number; parts: Uint8Array[] }[] {
  const groups: { from: number; size: number; parts: Uint8Array[] }[] = []
  let from = 0
  for (const part of parts)
    for (let at = 0; at < part.length; at += mostBytes) {
      const piece = part.subarray(at, at + mostBytes)
      const last = groups.at(-1)
      if (last && last.size + piece.length <= mostBytes) {
        last.parts.push(piece)
        last.size += piece.length
      } else groups.push({ from, size: piece.length, parts: [piece] })
      from += piece.length
    }
  return groups
}
