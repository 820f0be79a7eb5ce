import { beforeEach, describe, expect, test } from 'vitest'
import { findDrive, findWritableDrive, requireRoom, requireSectorSize } from '../../../src-main/jobs/choose-drive.ts'
import type { SourcePlan } from '../../../src-main/image/source/source.ts'
import type { Ports } from '../../../src-main/ports.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive, type MemoryDrive } from '../../support/drives/memory-drive.ts'
import { mib } from '../../support/files/mib.ts'

const paths = { cache: '/home/a/.cache/kindling', config: '/home/a/.config/kindling', state: '/home/a/.local/state' }
const fromServer = { kind: 'url', location: 'https://example.org/image.raw' } as SourcePlan
const fromFile = { kind: 'file', location: '/home/a/image.raw' } as SourcePlan

let memory: MemoryDrive
/** Returns whether the drive contains a path. */
let overlaps: (path: string) => boolean
let inspected: string[]
let ports: Ports
beforeEach(() => {
  memory = makeMemoryDrive({ size: 8 * mib })
  overlaps = () => false
  inspected = []
  const drives = {
    ...memory.drives,
    overlaps: async (_: unknown, path: string) => overlaps(path),
    inspect: async (path: string) => {
      inspected.push(path)
      return memory.drive
    },
  }
  ports = { paths, drives } as Partial<Ports> as Ports
})
const choose = (plan = fromServer, confirmed?: string) =>
  findWritableDrive(ports, { drive: '/dev/memory', ...(confirmed !== undefined && { confirmed }) }, plan)

describe('a drive that was chosen', () => {
  test('is looked for where it was attached, and follows no name that may have moved', async () => {
    const identity = { ...memory.drive.identity, byId: '/dev/disk/by-id/usb-memory' }
    memory.drive.identity = identity
    await findDrive(ports, '/dev/disk/by-id/usb-memory', identity)
    await findDrive(ports, '/dev/memory', undefined)
    expect(inspected).toEqual(['/dev/memory', '/dev/memory'])
    const other = { ...identity, serial: 'another', attachment: 'another' }
    expect(await failureOf(findDrive(ports, '/dev/memory', other))).toMatchObject({ code: 'drive-changed' })
  })

  test('that may be a disk of somebody is written under its own name alone', async () => {
    memory.drive.precious = true
    for (const confirmed of [undefined, '', 'yes', 'memory'])
      expect(await failureOf(choose(fromServer, confirmed))).toMatchObject({ code: 'confirmation-name-missing' })
    expect(await choose(fromServer, memory.drive.name)).toBe(memory.drive)
  })

  test('is not written when a rule refuses it, whatever else is known', async () => {
    memory.drive.refusals = [{ code: 'drive-read-only', title: '', details: { drive: '/dev/memory' } }]
    expect(await failureOf(choose(fromServer, memory.drive.name))).toMatchObject({ code: 'drive-read-only' })
  })

  test.each([
    ['the cache', fromServer, paths.cache],
    ['the image', fromFile, fromFile.location],
  ])('is not written when it holds %s', async (_, plan, place) => {
    overlaps = (path) => path === place
    expect(await failureOf(choose(plan))).toMatchObject({ code: 'drive-holds-source', details: { path: place } })
    overlaps = () => false
    expect(await choose(plan)).toBe(memory.drive)
  })

  test('must have room for the image, to the byte', async () => {
    requireRoom(memory.drive, 8 * mib)
    const tooMuch = async () => requireRoom(memory.drive, 8 * mib + 1)
    expect(await failureOf(tooMuch())).toMatchObject({ code: 'drive-too-small', details: { needed: 8 * mib + 1 } })
  })

  test('must have the sectors of the image; a disk-image file fits any', async () => {
    const require = async (imageSectorSize: 512 | 4096 | null) => requireSectorSize(memory.drive, imageSectorSize)
    await require(null)
    await require(512)
    expect(await failureOf(require(4096))).toMatchObject({ code: 'drive-sector-size', details: { format: 'raw.xz' } })
    memory.drive.sectorSize = 4096
    expect(await failureOf(require(512))).toMatchObject({ code: 'drive-sector-size', details: { format: '4k.raw.xz' } })
    memory.drive.identity.kind = 'file'
    await require(512)
  })
})
