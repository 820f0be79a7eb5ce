import * as units from '../../src-shared/units.ts'
import { t } from './index.ts'
import { language } from './language.svelte.ts'

/** The unit formatters of src-shared, in the window's language. */
export const formatBytes = (bytes: number): string => units.formatBytes(bytes, language.current)
export const formatExactBytes = (bytes: number): string => units.formatExactBytes(bytes, language.current)
export const formatRate = (bytesPerSecond: number): string => units.formatRate(bytesPerSecond, language.current)
export const formatProgress = (done: number, total: number | null): string =>
  units.formatProgress(done, total, language.current)
export const formatDuration = (milliseconds: number): string => units.formatDuration(milliseconds, language.current)
export const formatAgo = (seconds: number): string => units.formatAgo(seconds, language.current)

/** Returns the time left in words, such as "about 3 minutes". */
export function formatEta(seconds: number): string {
  const { unit, count } = units.roundEta(seconds)
  return t(`units.eta.${unit}`, { count })
}

/**
 * @param time – ISO 8601
 */
export const formatDate = (time: string): string =>
  new Date(time).toLocaleDateString(language.current, { dateStyle: 'long' })
export const formatTime = (time: string): string =>
  new Date(time).toLocaleString(language.current, { dateStyle: 'long', timeStyle: 'short' })
