import { join } from 'node:path'
import type { Contender } from './comparison.ts'
import { findMissing } from './programs.ts'

/**
 * The options with which Etcher itself calls its engine for one drive
 * (lib/gui/app/models/settings.ts and lib/util/child-writer.ts). Only `trim` is missing, which
 * skips the free space of file systems.
 * With the engine's own defaults (16 buffers, no file in between), its own verification of these
 * images failed each time. It never failed for an image without long stretches of zeros. The cause
 * is its `BlockTransformStream`: if the decoder is much faster than the drive, a buffer may be
 * refilled before it was written.
 */
export const asEtcher = { decompressFirst: true, numBuffers: 2 }
/** Enough buffers that the drive contained the image each time. With 64 buffers it did not. */
export const streaming = { numBuffers: 256 }

/**
 * Runs Etcher's engine, which is not part of the project; ETCHER_SDK is its folder (see `./dev
 * bench`).
 * @param directory – directory for its decompressed file
 */
export function etcher(name: string, options: object, env: Record<string, string>, directory: string): Contender {
  const sdk = process.env['ETCHER_SDK'] ?? ''
  return {
    name,
    missing: findMissing(join('/', sdk, 'package.json')) && `etcher-sdk at ETCHER_SDK=${sdk}`,
    command: '"$NODE" "$ETCHER_WRITE" "$IMAGE" "$DRIVE" "$OPTIONS"',
    env: { ...env, ETCHER_SDK: sdk, OPTIONS: JSON.stringify(options), TMPDIR: directory },
  }
}
