import { KindlingError } from '../../src-shared/failure.ts'
import { say } from '../../src-shared/phrases.ts'

/** Default limit in bytes: about six images. */
const defaultLimit = 5e9

const units: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/**
 * Parses the maximum size of the cache, in the format of KINDLING_CACHE_LIMIT: `20 GB`, `20G`,
 * `16GiB`, or `0` for no cache. Returns bytes. An empty text counts as not set.
 * @param named – the name of the setting, which starts the error message
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
