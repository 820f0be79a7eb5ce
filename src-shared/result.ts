import type { Failure } from './failure.ts'

/**
 * Result of every call of the contract. Errors cross process borders as data, never as exceptions.
 */
export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
