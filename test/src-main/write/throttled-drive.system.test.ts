import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { afterAll, expect } from 'vitest'
import { pieceSize } from '../../../src-main/memory/piece.ts'
import { allocateAligned } from '../../../src-main/memory/aligned-memory.ts'
import { createFileTarget } from '../../../src-main/write/file-target.ts'
import { clearEnds, withheldSize } from '../../../src-main/write/withheld-ends.ts'
import { startWriting } from '../../../src-main/write/image-writer.ts'
import { readBack } from '../../../src-main/write/read-back.ts'
import { cutIntoPieces } from '../../support/images/counted-pieces.ts'
import { testWith } from '../../support/run/needs.ts'
import { makeThrottledDrive, type ThrottledDrive } from '../../support/drives/throttled-drive.ts'
import { makeNoisyImage, partlyZero, sha256 } from '../../support/drives/write-image.ts'
import { mib } from '../../support/files/mib.ts'

const size = 48 * mib
let drive: ThrottledDrive | null = null
afterAll(() => drive?.dispose())

testWith(['throttle'], 'a stick full of zeros is given what of the image is not zero, and no byte more', async () => {
  drive = await makeThrottledDrive(size + 16 * mib, { read: 100 * mib, write: 20 * mib })
  const image = makeNoisyImage(size, partlyZero)
  // The zeros of the image: 1 to 9, 20 to 29 and 40 to 48 MiB.
  const zeros = 25 * mib
  const target = createFileTarget({
    handle: await open(drive.device, constants.O_RDWR | constants.O_EXCL | constants.O_DIRECT),
    device: drive.device,
    isFile: false,
    size: size + 16 * mib,
    sectorSize: 512,
    alignment: 512,
    pastCache: true,
    rereadPartitionTable: async () => null,
    eject: async () => null,
  })
  try {
    await clearEnds(target)
    const before = await drive.counters()
    const { pieces, released } = cutIntoPieces(image, [pieceSize], allocateAligned(size))
    await drive.enter()
    const writing = startWriting(target, { start: withheldSize, size })
    for (const piece of pieces) await writing.take(piece)
    const written = await writing.end()
    await target.flush()
    const found = await readBack(target, {
      head: image.subarray(0, withheldSize),
      size,
      deferred: written.deferred,
      signal: new AbortController().signal,
      onRead: () => undefined,
      onRestart: () => expect.unreachable('nothing was stray'),
    })
    const after = await drive.counters()
    expect(found).toBe(sha256(image))
    expect(released).toEqual(pieces.map(() => 1))
    expect(written).toMatchObject({ size, skipped: zeros, written: size - withheldSize - zeros })
    expect(after.written - before.written).toBe(size - withheldSize - zeros)
  } finally {
    await target.close()
  }
})
