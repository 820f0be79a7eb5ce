import type { TemporaryDirectory } from '../support/files/temporary.ts'
import type { BenchImage } from './bench-image.ts'
import type { Comparison } from './comparison.ts'

/** Resources shared by all figures. */
export interface Bench {
  /** One image for each requested size, smallest first. */
  images: (() => Promise<BenchImage>)[]
  /** Directory for program state and files. */
  directory: TemporaryDirectory
  signal: AbortSignal
}

/**
 * Prepares the resources of its comparisons, yields the comparisons, and cleans up at the end.
 * @throws LeftOut
 */
export type Figure = (bench: Bench) => AsyncGenerator<Comparison, void>

/** The reason why a figure cannot be measured on this machine. */
export class LeftOut extends Error {}
