import { describe, expect, test } from 'vitest'
import { KindlingError } from '../../../src-shared/failure.ts'
import { withheldSize, requireCleared, writeHead } from '../../../src-main/write/withheld-ends.ts'
import { failureOf } from '../../support/expect/failing.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const head = makeNoise(withheldSize, 4)
const { signal } = new AbortController()

describe('the withheld MiB', () => {
  test.each([0, 600, withheldSize - 1])(
    'is read back: a drive that returns another byte %i is a mismatch',
    async (place) => {
      const memory = makeMemoryDrive({ size: 2 * withheldSize })
      memory.afterRead = (bytes) => void (bytes[place]! ^= 1)
      expect(await failureOf(writeHead(memory.target, head, signal))).toMatchObject({
        code: 'read-back-mismatch',
        details: { firstDifference: place },
      })
      memory.bytes.fill(0, 0, withheldSize)
      expect(await failureOf(requireCleared(memory.target))).toMatchObject({
        code: 'read-back-mismatch',
        details: { firstDifference: place },
      })
    },
  )

  test.each([4096, 8192, withheldSize])(
    'of %i bytes is written, its first sector last, and flushed',
    async (length) => {
      const memory = makeMemoryDrive({ size: 2 * withheldSize, losesUnflushed: true })
      await writeHead(memory.target, head.subarray(0, length), signal)
      expect(memory.bytes.subarray(0, length).equals(head.subarray(0, length))).toBe(true)
      const [first, ...others] = memory.operations.filter(({ kind }) => kind === 'write').toReversed()
      expect(first).toEqual({ kind: 'write', offset: 0, length: 4096 })
      expect(others).toEqual(length === 4096 ? [] : [{ kind: 'write', offset: 4096, length: length - 4096 }])
    },
  )

  test('is not made bootable by a job that was stopped in the middle of it', async () => {
    const memory = makeMemoryDrive({ size: 2 * withheldSize, contents: Buffer.alloc(2 * withheldSize) })
    const stop = new AbortController()
    memory.afterWrite = () => stop.abort(new KindlingError('interrupted'))
    expect(await failureOf(writeHead(memory.target, head, stop.signal))).toMatchObject({ code: 'interrupted' })
    expect(memory.bytes.subarray(0, 4096).every((byte) => byte === 0)).toBe(true)
  })
})
