import { KindlingError } from '../../src-shared/failure.ts'

/** What a drive's structures tell; those that lead nowhere, and sectors that cannot be read, tell nothing: null. */
export async function attempt<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof RangeError || (error instanceof KindlingError && error.code === 'drive-read-failed'))
      return null
    throw error
  }
}
