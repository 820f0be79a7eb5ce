import { expect, test } from 'vitest'
import { heldBack, writeHead } from '../../../src-main/write/hold-back.ts'
import { makeMemoryDrive } from '../../support/memory-drive.ts'
import { makeNoise } from '../../support/random-bytes.ts'

const head = makeNoise(heldBack, 3)
const { signal } = new AbortController()

test.each([0, 4095, 4096, heldBack - 1])(
  'a first MiB that comes back with byte %i changed is not proved',
  async (at) => {
    const drive = makeMemoryDrive({ size: 4 * heldBack })
    drive.afterRead = (bytes) => void (bytes[at]! ^= 1)
    await expect(writeHead(drive.target, head, signal)).rejects.toMatchObject({
      code: 'read-back-mismatch',
      details: { firstDifference: at },
    })
  },
)

test('the first sector is written last, and all of the first MiB is read back', async () => {
  const drive = makeMemoryDrive({ size: 4 * heldBack })
  await writeHead(drive.target, head, signal)
  expect(drive.bytes.subarray(0, heldBack).equals(head)).toBe(true)
  expect(drive.operations).toEqual([
    { kind: 'write', offset: 4096, length: heldBack - 4096 },
    { kind: 'flush' },
    { kind: 'write', offset: 0, length: 4096 },
    { kind: 'flush' },
    { kind: 'read', offset: 0, length: heldBack },
  ])
})
