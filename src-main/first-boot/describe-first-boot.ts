import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import type { Edit } from './edit.ts'
import type { FirstBoot, LiveSettings } from './first-boot.ts'
import type { LiveBoot } from './live-boot.ts'
import { makeDestConfig } from './make-live-boot.ts'

/**
 * Returns the part of a receipt about the first boot. With it the signed image can be proved again.
 * @param liveBoot – what a live ISO was given; null for a metal image
 */
export function describeFirstBoot(firstBoot: FirstBoot, liveBoot: LiveBoot | null, edits: Edit[]): FirstBootDone {
  const { hostname, consoles, platform, firstbootArgs, live } = firstBoot
  const { config, appendKargs, deleteKargs, keyfiles } = liveBoot ?? firstBoot
  return {
    configSha256: config && sha256Of(config),
    configSize: config && config.length,
    hostname,
    appendKargs,
    deleteKargs,
    consoles: consoles.map(({ karg }) => karg),
    platform,
    firstbootArgs,
    keyfiles: namesOf(keyfiles),
    live: live && describeLive(live, makeDestConfig(live, firstBoot.config)),
    hasReceipt: true,
    edits: describeEdits(edits),
  }
}

/** Returns edits with the bytes that they replaced, and the hash of those that they wrote. */
export const describeEdits = (edits: Edit[]): FirstBootDone['edits'] =>
  edits.map(({ offset, original, bytes }) => ({
    offset,
    length: original.length,
    original: deflateSync(original).toString('base64'),
    sha256: sha256Of(bytes),
  }))

function describeLive(live: LiveSettings, destConfig: Buffer | null): FirstBootDone['live'] {
  const { replaceKargs, destDevice, destAppendKargs, destDeleteKargs, destConsoles } = live
  const { preInstall, postInstall, certificates, installerConfigs } = live
  return {
    replaceKargs,
    destDevice,
    destConfigSha256: destConfig && sha256Of(destConfig),
    destAppendKargs,
    destDeleteKargs,
    destConsoles,
    files: namesOf([...preInstall, ...postInstall, ...certificates, ...installerConfigs]),
  }
}

const namesOf = (files: { name: string }[]) => files.map(({ name }) => name)

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
