/**
 * Start-up data of the hash thread. The bytes are in shared memory. Hashes are named as `startHash`
 * accepts them.
 */
export interface HashWork {
  memory: Uint8Array<SharedArrayBuffer>
  names: string[]
}

/**
 * Request to the hash thread. `at`: offset of the next bytes in the memory. `digest`: asks for the
 * digest of all bytes so far plus `more`, by the hash of that name.
 */
export type ToHash = { at: number; length: number } | { digest: string; more: Uint8Array }
/** Response of the hash thread, in the order of the requests. Null: the bytes were hashed. */
export type FromHash = Uint8Array | null
