import { KindlingError } from '../../src-shared/failure.ts'
import { say, type Said } from '../../src-shared/phrases.ts'
import type { ReadAt } from '../identify/read-at.ts'
import type { Edit } from './edit.ts'
import { editKargs } from './edit-kargs.ts'
import {
  fillKargs,
  findLiveAreas,
  readKargs,
  unfamiliar,
  type Features,
  type KargAreas,
  type LiveAreas,
} from './live-areas.ts'
import type { LiveBoot } from './live-boot.ts'
import { packInitrd } from './pack-initrd.ts'
import type { Plan } from './plan-metal.ts'

/**
 * Plans the settings of a live ISO. Only the areas that it reserves for them change, so the signed
 * image can be restored from the edits.
 * @param read – reads the proved image
 * @throws first-boot-unsupported, iso-no-room, first-boot-differs, the errors of `read`
 */
export async function planIso(read: ReadAt, liveBoot: LiveBoot): Promise<Plan> {
  const edits = await planEdits(read, liveBoot).catch((error: unknown) => {
    throw error instanceof RangeError ? unfamiliar(error) : error
  })
  const requireDone = async (readNow: ReadAt) => {
    for (const { offset, bytes } of edits)
      if (!(await readNow(offset, bytes.length)).equals(bytes))
        throw new KindlingError('first-boot-differs', { path: say('iso-area', { offset }) })
  }
  return { edits, requireDone }
}

async function planEdits(read: ReadAt, liveBoot: LiveBoot): Promise<Edit[]> {
  const areas = await findLiveAreas(read)
  const edits = [...(await planInitrd(read, areas, liveBoot)), ...(await planKargs(read, areas.kargs, liveBoot))]
  return edits.toSorted((a, b) => a.offset - b.offset)
}

/** Plans the initrd with the config and the connections. */
async function planInitrd(
  read: ReadAt,
  { initrd: { start, end }, features }: LiveAreas,
  { config, keyfiles, directives }: LiveBoot,
): Promise<Edit[]> {
  const area = await read(start, end - start)
  if (area.some((byte) => byte !== 0)) throw refuse(say('iso-set-up'))
  if (keyfiles.length > 0 && !features.network) throw refuse(say('iso-without-network'))
  if (directives !== null && !features.installerConfig) throw refuse(say('iso-without-installer'))
  const unknown = directives?.find((each) => !knowsDirective(features, each))
  if (unknown !== undefined) throw refuse(say('iso-without-directive', { directive: unknown }))
  const bytes = packInitrd({ config, keyfiles })
  if (bytes === null) return []
  if (bytes.length > area.length)
    throw new KindlingError('iso-no-room', { place: say('iso-initrd'), needed: bytes.length, available: area.length })
  return [{ offset: start, bytes, original: area.subarray(0, bytes.length) }]
}

/** Options that every installer with configs knows. */
const oldDirectives = ['dest-device', 'ignition-file', 'append-karg', 'delete-karg', 'copy-network']

/**
 * Returns whether the installer of a release knows an option. Releases before September 2022 list
 * none; of what Kindling sets, they lack the consoles.
 */
const knowsDirective = ({ directives }: Features, name: string): boolean =>
  oldDirectives.includes(name) ||
  (Object.keys(directives).length === 0 ? name !== 'console' : Object.hasOwn(directives, name))

/** Plans the same kernel arguments in the config of each boot loader. */
async function planKargs(
  read: ReadAt,
  kargs: KargAreas | null,
  { appendKargs, deleteKargs, replaceKargs }: LiveBoot,
): Promise<Edit[]> {
  const isAsked = appendKargs.length + deleteKargs.length + replaceKargs.length > 0
  if (kargs === null) {
    if (isAsked) throw refuse(say('iso-without-kargs'))
    return []
  }
  const found = new Set<string>()
  for (const area of kargs.areas) found.add(await readKargs(read, area))
  if (found.size > 1) throw refuse(say('iso-kargs-differ'))
  if (!found.has(kargs.defaults)) throw refuse(say('iso-set-up'))
  if (!isAsked) return []
  const line = editKargs(kargs.defaults, { append: appendKargs, delete: deleteKargs, replace: replaceKargs })
  const edits: Edit[] = []
  for (const area of kargs.areas) {
    const room = area.place.end - area.place.start
    const bytes = fillKargs(area, line)
    if (bytes === null)
      throw new KindlingError('iso-no-room', {
        place: say('iso-kargs'),
        needed: Buffer.byteLength(line) + 1,
        available: room,
      })
    edits.push({ offset: area.place.start, bytes, original: await read(area.place.start, room) })
  }
  return edits
}

const refuse = (reason: Said) => new KindlingError('first-boot-unsupported', { reason })
