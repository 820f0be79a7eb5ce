import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/** Half a dozen images. */
const defaultLimit = 5e9

const units: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/**
 * Bytes that the cache may take, as KINDLING_CACHE_LIMIT says it: `20 GB`, `20G`, `16GiB`, `0` for no cache at all. What
 * is empty counts as not set.
 * @param named begins the words for what is none
 * @throws usage
 */
export function parseCacheLimit(text = '', named = 'KINDLING_CACHE_LIMIT'): number {
  if (text.trim() === '') return defaultLimit
  const [, number, unit = '', binary] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i)?b?\s*$/i.exec(text) ?? []
  if (number === undefined || (unit === '' && binary !== undefined))
    throw new KindlingError('usage', { reason: say('no-size', { named, text }) })
  const base = units[unit.toLowerCase()] ?? 1
  return Math.floor(Number(number) * (binary === undefined ? base : 1024 ** (Math.log10(base) / 3)))
}
