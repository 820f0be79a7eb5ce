import { Worker } from 'node:worker_threads'
import { KindlingError, reasonOf } from '../../../src-shared/failure.ts'
import { say } from '../../../src-shared/phrases.ts'
import type { FromHash, HashWork, ToHash } from './hash-messages.ts'
import hashWorkerPath from './hash-worker.ts?modulePath'
import { createSlots, type Slots } from '../../memory/slots.ts'

/** A thread that hashes what lies in its slots, while others do what they will with the same bytes. */
export interface HashThread {
  /** Of `slotSize` bytes. */
  readonly slots: Slots
  /** Hashes the next bytes. Resolves when that is done: until then they may not change. */
  update(slot: number, length: number): Promise<void>
  /**
   * The digest of all bytes that were given until now, and some more.
   * @param name one of the hashes
   */
  digest(name: string, more?: Uint8Array): Promise<Uint8Array>
  end(): Promise<void>
}

/** Bytes: threads that wake each other for less spend more of their time on that. */
export const slotSize = 4 * 1024 * 1024
/** One is filled while others are written and hashed. */
const slotCount = 3
/** V8's own memory of the thread, MiB: it holds next to nothing. */
const heap = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }

/**
 * @param names – of hashes, as `startHash` takes them @throws internal when the thread has died
 */
export function startHashThread(names: string[]): HashThread {
  const slots = createSlots(slotCount, { size: slotSize })
  const workerData: HashWork = { memory: slots.memory, names }
  const worker = new Worker(hashWorkerPath, { workerData, resourceLimits: heap })
  const asked: { resolve: (answer: FromHash) => void; reject: (error: unknown) => void }[] = []
  let dead: KindlingError | null = null
  function die(reason: string, cause?: unknown) {
    dead ??= new KindlingError('internal', { reason }, { cause })
    for (const { reject } of asked.splice(0)) reject(dead)
  }
  // Answers come in the order of the questions.
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
      await ask({ at: slot * slotSize, length })
    },
    digest: async (name, more = new Uint8Array()) => (await ask({ digest: name, more }))!,
    end: async () => void (await worker.terminate()),
  }
}
