import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import type { Edit } from './edit.ts'
import type { FirstBoot } from './first-boot.ts'

/**
 * Returns the part of a receipt about the first boot. With it the signed image can be proved again.
 */
export const describeFirstBoot = (
  { config, appendKargs, deleteKargs, consoles, platform, firstbootArgs, keyfiles }: FirstBoot,
  edits: Edit[],
): FirstBootDone => ({
  configSha256: config && sha256Of(config),
  appendKargs,
  deleteKargs,
  consoles: consoles.map(({ karg }) => karg),
  platform,
  firstbootArgs,
  keyfiles: keyfiles.map(({ name }) => name),
  edits: edits.map(({ offset, original, bytes }) => ({
    offset,
    length: original.length,
    original: deflateSync(original).toString('base64'),
    sha256: sha256Of(bytes),
  })),
})

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
