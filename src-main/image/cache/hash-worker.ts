import { parentPort, workerData } from 'node:worker_threads'
import { digestOf, startHash } from '../../memory/digest.ts'
import type { FromHash, HashWork, ToHash } from './hash-messages.ts'

const port = parentPort
if (port === null) throw new Error('hash-worker runs as a worker thread')
const { memory, names } = workerData as HashWork
const hashes = new Map(names.map((name) => [name, startHash(name)]))

port.on('message', (message: ToHash) => void answer(message).then((value) => port.postMessage(value)))

async function answer(message: ToHash): Promise<FromHash> {
  if ('digest' in message) return new Uint8Array(await digestOf(hashes.get(message.digest)!)(message.more))
  const bytes = memory.subarray(message.at, message.at + message.length)
  for (const hash of hashes.values()) hash.update(bytes)
  return null
}
