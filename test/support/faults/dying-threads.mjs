// Loaded before the program and each of its threads (NODE_OPTIONS=--import). Ends a decoder thread
// at a moment set by environment variables. A thread cannot receive a signal. Therefore it ends
// itself, or the program terminates it, when a message to or from it passes.
// DIES_AT: number of messages to and from all decoder threads before the end. If it is not set,
// each message and its thread are appended to the file DIES_NOTES.
// DIES_OF: the kind of end.
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

const { DIES_AT, DIES_OF, DIES_NOTES } = process.env
const deaths = {
  exit: () => process.exit(1),
  // An uncaught exception.
  error: () =>
    queueMicrotask(() => {
      throw new Error('the decoder broke')
    }),
  memory: () => {
    const all = []
    for (;;) all.push(Array.from({ length: 1e6 }, () => all))
  },
}

const { parentPort, threadId, Worker } = threads
const isDecoder = (script) => String(script).includes('decode-worker')
// One counter for all threads. The assignment of blocks to threads differs from run to run, and so
// does the number of messages of each thread.
if (parentPort === null) threads.setEnvironmentData('messages', new Int32Array(new SharedArrayBuffer(4)))
const messages = threads.getEnvironmentData('messages')

/** Calls `die` at the chosen message to or from a thread. */
function count(thread, die) {
  const message = Atomics.add(messages, 0, 1)
  if (DIES_AT === String(message)) die()
  else if (DIES_AT === undefined) appendFileSync(DIES_NOTES, `${thread} ${message}\n`)
}

if (parentPort !== null && isDecoder(process.argv[1]) && DIES_OF in deaths) {
  const die = deaths[DIES_OF]
  const [on, postMessage] = [parentPort.on, parentPort.postMessage]
  parentPort.on = (event, listener) =>
    on.call(parentPort, event, (given) => {
      count(threadId, die)
      listener(given)
    })
  parentPort.postMessage = (given) => {
    count(threadId, die)
    postMessage.call(parentPort, given)
  }
}
if (parentPort === null && DIES_OF === 'terminate') {
  threads.Worker = class extends Worker {
    constructor(...given) {
      super(...given)
      if (!isDecoder(given[0])) return
      // Terminates the thread at any point of its work, possibly during decoding.
      const die = () => void this.terminate()
      this.on('message', () => count(this.threadId, die))
      const { postMessage } = this
      this.postMessage = (...message) => {
        postMessage.apply(this, message)
        count(this.threadId, die)
      }
    }
  }
  syncBuiltinESMExports()
}
