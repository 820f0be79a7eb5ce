import type { MessagePort, Worker } from 'node:worker_threads'
import type { Result } from '../../../src-shared/result.ts'

/** What two threads say to each other: questions by name, each answered in its own time, and what was not asked for. */
type Message<T> =
  | { said: 'ask'; turn: number; name: string; args: unknown }
  | { said: 'answer'; turn: number; result: Result<unknown> }
  | { said: 'tell'; told: T }

export interface TwoWay<T> {
  ask(name: string, args: unknown): Promise<Result<unknown>>
  tell(told: T): void
  /** Answers all that is still asked, and what will be. */
  close(result: Result<never>): void
}

/**
 * @param answer what the other end asks; never rejects
 * @param hear what the other end tells
 */
export function openTwoWay<Told, Heard>(
  port: Worker | MessagePort,
  answer: (name: string, args: unknown) => Promise<Result<unknown>>,
  hear: (told: Heard) => void,
): TwoWay<Told> {
  const waiting = new Map<number, (result: Result<unknown>) => void>()
  let closed: Result<never> | null = null
  let turn = 0
  const post = (message: Message<Told>) => port.postMessage(message)
  const listen = (message: Message<Heard>) => {
    if (message.said === 'tell') hear(message.told)
    else if (message.said === 'answer') {
      waiting.get(message.turn)?.(message.result)
      waiting.delete(message.turn)
    } else
      void answer(message.name, message.args).then((result) => post({ said: 'answer', turn: message.turn, result }))
  }
  port.on('message', listen)
  return {
    ask: (name, args) =>
      new Promise((resolve) => {
        if (closed !== null) return resolve(closed)
        waiting.set(++turn, resolve)
        post({ said: 'ask', turn, name, args })
      }),
    tell: (told) => post({ said: 'tell', told }),
    close(result) {
      closed = result
      for (const resolve of waiting.values()) resolve(result)
      waiting.clear()
    },
  }
}
