import type { TemporaryDirectory } from '../support/temporary.ts'
import type { BenchImage } from './bench-image.ts'
import type { Comparison } from './comparison.ts'

/** What figures are measured with. */
export interface Bench {
  /** Each of the sizes that were asked for, small ones first. */
  images: (() => Promise<BenchImage>)[]
  /** For what programs remember, and for files. */
  directory: TemporaryDirectory
  signal: AbortSignal
}

/** Makes what its comparisons need, yields them, and takes it apart when all are done. @throws LeftOut */
export type Figure = (bench: Bench) => AsyncGenerator<Comparison, void>

/** Why a figure cannot be had on this machine. */
export class LeftOut extends Error {}
