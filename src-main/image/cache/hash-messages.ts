/**
 * Messages of the hash thread. Bytes lie in shared memory; hashes are named as `startHash` takes
 * them.
 */
export interface HashWork {
  memory: Uint8Array<SharedArrayBuffer>
  names: string[]
}

/** What it is told. `at`: the next bytes lie there. `digest`: of all bytes so far and some more, by the hash of that name. */
export type ToHash = { at: number; length: number } | { digest: string; more: Uint8Array }
/** What it answers, in turn; null: the bytes were hashed. */
export type FromHash = Uint8Array | null
