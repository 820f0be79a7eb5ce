/** Runs one call at a time, in the order of the calls. */
export function inTurn<A extends unknown[], T>(act: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (...args) => {
    const answer = last.then(() => act(...args))
    last = answer.catch(() => {})
    return answer
  }
}
