// Loaded before the program and each of its threads (NODE_OPTIONS=--import): makes a decoder thread end at a moment that the
// environment names. A thread cannot be sent a signal, so it ends itself, or the program ends it, at a message to or from it.
// DIES_AT: so many messages to and from all decoder threads came before; without it every message
// and its thread are noted in DIES_NOTES instead. DIES_OF: how.
import { appendFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import threads from 'node:worker_threads'

const { DIES_AT, DIES_OF, DIES_NOTES } = process.env
const deaths = {
  exit: () => process.exit(1),
  // Caught by nobody.
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
// Counted by all threads together: which of them has which block differs from run to run, and so do the messages of each.
if (parentPort === null) threads.setEnvironmentData('messages', new Int32Array(new SharedArrayBuffer(4)))
const messages = threads.getEnvironmentData('messages')

/** Calls `die` when the message, to or from a thread, is the one. */
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
      // In the middle of whatever it does, which may be decoding.
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
