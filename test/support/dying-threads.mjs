// Loaded before the program and each of its threads (NODE_OPTIONS=--import): makes a decoder thread end at a moment that the
// environment names. A thread cannot be sent a signal, so it ends itself, or the program ends it, at a message to or from it.
// DIES_AT: "thread message"; without it every message is noted in DIES_NOTES instead. DIES_OF: how.
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

/** Calls `die` when the thread's message is the one. */
function counter(thread, die) {
  let message = 0
  return () => {
    if (DIES_AT === `${thread} ${message}`) die()
    else if (DIES_AT === undefined) appendFileSync(DIES_NOTES, `${thread} ${message}\n`)
    message++
  }
}

const { parentPort, threadId, Worker } = threads
if (parentPort !== null && DIES_OF in deaths) {
  const count = counter(threadId, deaths[DIES_OF])
  const [on, postMessage] = [parentPort.on, parentPort.postMessage]
  parentPort.on = (event, listener) =>
    on.call(parentPort, event, (given) => {
      count()
      listener(given)
    })
  parentPort.postMessage = (given) => {
    count()
    postMessage.call(parentPort, given)
  }
}
if (parentPort === null && DIES_OF === 'terminate') {
  threads.Worker = class extends Worker {
    constructor(...given) {
      super(...given)
      // In the middle of whatever it does, which may be decoding.
      const count = counter(this.threadId, () => void this.terminate())
      this.on('message', count)
      const { postMessage } = this
      this.postMessage = (...message) => {
        postMessage.apply(this, message)
        count()
      }
    }
  }
  syncBuiltinESMExports()
}
