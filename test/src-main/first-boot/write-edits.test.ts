import { expect, test } from 'vitest'
import { editHead, editsBehind, type Edit } from '../../../src-main/first-boot/edit.ts'
import { writeEdits } from '../../../src-main/first-boot/write-edits.ts'
import { makeMemoryDrive } from '../../support/drives/memory-drive.ts'
import { makeNoise } from '../../support/images/random-bytes.ts'

const signal = new AbortController().signal
const size = 8 * 1024 * 1024

/** Makes edits of a drive's noise, by offset and length. */
const makeEdits = (contents: Buffer, places: [number, number][]): Edit[] =>
  places.map(([offset, length]) => ({
    offset,
    bytes: makeNoise(length, offset + 1),
    original: Buffer.from(contents.subarray(offset, offset + length)),
  }))

test.each([512, 4096] as const)('edits change only their bytes, on sectors of %i bytes', async (sectorSize) => {
  const contents = makeNoise(size, 1)
  const places: [number, number][] = [
    [1024, 512],
    [2048, 1024],
    [9000, 3],
    [9003, 8000],
    [3_000_001, 2_500_000],
    [size - 1, 1],
  ]
  const expected = Buffer.from(contents)
  const edits = makeEdits(contents, places)
  for (const { offset, bytes } of edits) bytes.copy(expected, offset)
  const memory = makeMemoryDrive({ size, sectorSize, contents })
  await writeEdits(memory.target, edits, signal)
  expect(contents.equals(expected)).toBe(true)
  const kinds = memory.operations.map(({ kind }) => kind)
  expect(kinds.lastIndexOf('write')).toBeLessThan(kinds.indexOf('flush'))
  expect(kinds.filter((kind) => kind === 'flush')).toHaveLength(1)
  expect(kinds.slice(kinds.indexOf('flush') + 1)).toContain('read')
})

test('a drive that changed since the plan is not written', async () => {
  const contents = makeNoise(size, 1)
  const edits = makeEdits(contents, [[5000, 10]])
  contents[5003]! ^= 1
  const memory = makeMemoryDrive({ size, contents })
  await expect(writeEdits(memory.target, edits, signal)).rejects.toMatchObject({
    code: 'read-back-mismatch',
    details: { firstDifference: 5003 },
  })
  expect(memory.operations.some(({ kind }) => kind === 'write')).toBe(false)
})

test('a drive that stores a wrong byte beside or within an edit is found out', async () => {
  for (const stray of [4608, 5005, 5119]) {
    const contents = makeNoise(size, 1)
    const edits = makeEdits(contents, [[5000, 10]])
    const memory = makeMemoryDrive({ size, contents })
    memory.afterWrite = () => void (contents[stray]! ^= 1)
    await expect(writeEdits(memory.target, edits, signal)).rejects.toMatchObject({
      code: 'read-back-mismatch',
      details: { firstDifference: stray },
    })
  }
})

test('edits of the withheld start go into it, and only their rest is written before', () => {
  const contents = makeNoise(4096, 1)
  const edits = makeEdits(contents, [
    [10, 5],
    [1020, 10],
    [2000, 5],
  ])
  const whole = Buffer.from(contents)
  for (const { offset, bytes } of edits) bytes.copy(whole, offset)
  const head = editHead(contents.subarray(0, 1024), edits)
  expect(Buffer.from(head).equals(whole.subarray(0, 1024))).toBe(true)
  const behind = editsBehind(1024, edits)
  expect(behind.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([
    [1024, 6],
    [2000, 5],
  ])
  for (const { offset, bytes, original } of behind) {
    expect(whole.subarray(offset, offset + bytes.length).equals(bytes)).toBe(true)
    expect(contents.subarray(offset, offset + bytes.length).equals(original)).toBe(true)
  }
})
