import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say, type Said } from '../../../src-shared/phrases.ts'
import type { FromHash, HashWork, ToHash } from './hash-messages.ts'
import hashWorkerPath from './hash-worker.ts?modulePath'
import { createSlots, type Slots } from '../../memory/slots.ts'

/** A thread that hashes the bytes in its slots. Other code may read the same bytes meanwhile. */
export interface HashThread {
  /** Slots of `hashSlotSize` bytes each. */
  readonly slots: Slots
  /** Hashes the next bytes. Resolves when they are hashed; until then they must not change. */
  update(slot: number, length: number): Promise<void>
  /**
   * Returns the digest of all bytes so far plus `more`.
   * @param name – name of one of the hashes
   */
  digest(name: string, more?: Uint8Array): Promise<Uint8Array>
  end(): Promise<void>
}

/**
 * Size of a slot, in bytes. With smaller slots, threads spend more of their time waking each other.
 */
export const hashSlotSize = 4 * 1024 * 1024
/** One slot is filled while the others are written and hashed. */
const slotCount = 3
/** Limits of the thread's V8 heap, in MiB. The thread allocates almost nothing. */
const heap = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }

/**
 * Starts a hash thread.
 * @param names – names of hashes, as `startHash` accepts them
 * @throws internal when the thread has died
 */
export function startHashThread(names: string[]): HashThread {
  const slots = createSlots(slotCount, { size: hashSlotSize })
  const workerData: HashWork = { memory: slots.memory, names }
  const worker = new Worker(hashWorkerPath, { workerData, resourceLimits: heap })
  const asked: { resolve: (answer: FromHash) => void; reject: (error: unknown) => void }[] = []
  let dead: KindlingError | null = null
  function die(reason: Said, cause?: unknown) {
    dead ??= new KindlingError('internal', { reason }, { cause })
    for (const { reject } of asked.splice(0)) reject(dead)
  }
  // The thread answers in the order of the requests.
  worker.on('message', (answer: FromHash) => asked.shift()?.resolve(answer))
  worker.on('error', (error) => die(reasonOf(error), error))
  worker.on('exit', (code) => die(say('hash-ended', { code: String(code) })))

  const ask = (question: ToHash): Promise<FromHash> =>
    new Promise((resolve, reject) => {
      if (dead !== null) return reject(dead)
      asked.push({ resolve, reject })
      worker.postMessage(question)
    })

  return {
    slots,
    async update(slot, length) {
      await ask({ at: slot * hashSlotSize, length })
    },
    digest: async (name, more = new Uint8Array()) => (await ask({ digest: name, more }))!,
    end: async () => void (await worker.terminate()),
  }
}
