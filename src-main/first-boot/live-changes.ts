import { createHash } from 'node:crypto'
import type { FirstBootDone } from '../../src-shared/first-boot.ts'
import { KindlingError } from '../../src-shared/failure.ts'
import { attempt } from '../identify/attempt.ts'
import type { ReadAt } from '../identify/read-at.ts'
import { describeEdits } from './describe-first-boot.ts'
import { fillKargs, findLiveAreas, readKargs, type LiveAreas } from './live-areas.ts'
import { configMember, networkMember } from './pack-initrd.ts'
import type { Customised } from './read-receipt.ts'
import { unpackInitrd } from './unpack-initrd.ts'

/** Returns the places that a live ISO reserves for settings; null if it is no such ISO. */
export const attemptLiveAreas = (read: ReadAt): Promise<LiveAreas | null> =>
  attempt(findLiveAreas(read)).catch((error: unknown) => {
    if (error instanceof KindlingError && error.code === 'first-boot-unsupported') return null
    throw error
  })

/**
 * Finds the settings of a live ISO where no receipt tells of them. Its reserved places, with zeros
 * and the kernel arguments that it is published with, are those of the image, as the hash of the
 * image then proves.
 * @returns null if nothing was set, or if it is no live ISO
 * @throws the errors of `read`, except for unreadable sectors
 */
export async function findLiveChanges(read: ReadAt): Promise<Customised | null> {
  const areas = await attemptLiveAreas(read)
  return areas === null ? null : attempt(readChanges(read, areas))
}

async function readChanges(read: ReadAt, { initrd, kargs }: LiveAreas): Promise<Customised | null> {
  const edits: { offset: number; bytes: Buffer; original: Buffer }[] = []
  const add = (offset: number, bytes: Buffer, original: Buffer | null) => {
    if (original !== null && !bytes.equals(original)) edits.push({ offset, bytes, original })
  }
  const archive = await read(initrd.start, initrd.end - initrd.start)
  add(initrd.start, archive, Buffer.alloc(archive.length))
  for (const area of kargs?.areas ?? []) {
    const { start, end } = area.place
    add(start, await read(start, end - start), fillKargs(area, kargs!.defaults))
  }
  if (edits.length === 0) return null
  edits.sort((a, b) => a.offset - b.offset)
  const members = (await unpackInitrd(archive)) ?? []
  const config = members.find(({ name }) => name === configMember)?.bytes
  const [before, after] = [kargs?.defaults ?? '', kargs ? await readKargs(read, kargs.areas[0]!) : ''].map((line) =>
    line.split(/\s+/),
  )
  const done: FirstBootDone = {
    configSha256: config === undefined ? null : sha256Of(config),
    configSize: config?.length ?? null,
    appendKargs: after!.filter((word) => !before!.includes(word)),
    deleteKargs: before!.filter((word) => !after!.includes(word)),
    consoles: [],
    platform: null,
    firstbootArgs: null,
    hostname: null,
    keyfiles: members.flatMap(({ name }) => (name.startsWith(networkMember) ? [name.slice(networkMember.length)] : [])),
    live: null,
    hasReceipt: false,
    edits: describeEdits(edits),
  }
  return {
    done,
    places: edits.map(({ offset, original, bytes }) => ({ offset, original, sha256: sha256Of(bytes) })),
  }
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
