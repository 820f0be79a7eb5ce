import type { Worker } from 'node:worker_threads'

/** Counts the worker threads of this process: those started, and those still running. */
export function countThreads(): { running(): number; started(): number; stop(): void } {
  let [started, ended] = [0, 0]
  const onWorker = (worker: Worker) => {
    started++
    worker.once('exit', () => ended++)
  }
  process.on('worker', onWorker)
  return {
    running: () => started - ended,
    started: () => started,
    stop: () => void process.off('worker', onWorker),
  }
}
