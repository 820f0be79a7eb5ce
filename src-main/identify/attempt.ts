import { KindlingError } from '../../src-shared/failure.ts'

/**
 * Returns the result of reading a drive's structures. Returns null if an offset is outside the
 * drive (RangeError) or a sector cannot be read.
 */
export async function attempt<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof RangeError || (error instanceof KindlingError && error.code === 'drive-read-failed'))
      return null
    throw error
  }
}
