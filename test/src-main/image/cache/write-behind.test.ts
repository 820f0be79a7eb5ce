import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHashThread } from '../../../../src-main/image/cache/hash-thread.ts'
import { createWriteBehind } from '../../../../src-main/image/cache/write-behind.ts'
import { makeNoise } from '../../../support/images/random-bytes.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../../support/files/temporary.ts'
import { runs } from '../../../support/run/tier.ts'
import { mib } from '../../../support/files/mib.ts'

// Batches are larger from 16 MiB on.
const noise = makeNoise(25 * mib, 1)
const digestOf = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

let directory: TemporaryDirectory
beforeAll(async () => {
  directory = await makeTemporaryDirectory()
})
afterAll(() => directory?.dispose())

function* cut(bytes: Uint8Array, sizes: number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('what is written behind is there, and its hashes are those of the whole file, however it comes and wherever it begins', async () => {
  const path = directory.file('written')
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.integer({ min: 0, max: 3 * mib }), fc.integer({ min: 14 * mib, max: 17 * mib })),
      fc.integer({ min: 0, max: 8 * mib }),
      fc.array(fc.integer({ min: 1, max: 2 * mib }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (start, length, sizes, isDirect) => {
        const [held, fresh] = [noise.subarray(0, start), noise.subarray(start, start + length)]
        await writeFile(path, held)
        const file = await open(path, 'r+')
        const direct = isDirect ? await open(path, constants.O_WRONLY | (constants.O_DIRECT ?? 0)) : null
        const hash = startHashThread(['sha256', 'sha512'])
        try {
          for (const part of cut(held, [mib])) {
            const slot = await hash.slots.take(0)
            hash.slots.view(slot).set(part)
            await hash.update(slot, part.length)
            hash.slots.give(slot)
          }
          const writer = createWriteBehind(hash, file, direct, start)
          for (const part of cut(fresh, sizes)) await writer.push(part)
          expect(writer.position).toBe(start + length)
          writer.end()
          await writer.settle()
          const whole = noise.subarray(0, start + length)
          expect(Buffer.compare(await readFile(path), whole)).toBe(0)
          expect(hex(await hash.digest('sha256'))).toBe(digestOf('sha256', whole))
          expect(hex(await hash.digest('sha512', noise.subarray(-7)))).toBe(
            digestOf('sha512', Buffer.concat([whole, noise.subarray(-7)])),
          )
        } finally {
          await Promise.all([file.close(), direct?.close(), hash.end()])
        }
      },
    ),
    runs(10, 200),
  )
})

test('a disk that takes no more is told once, and all bytes are hashed even so', async () => {
  const full = await open('/dev/full', 'w')
  const hash = startHashThread(['sha256'])
  try {
    const writer = createWriteBehind(hash, full, null, 0)
    const told: unknown[] = []
    for (const part of cut(noise, [mib / 2]))
      await writer.push(part).catch((error: NodeJS.ErrnoException) => told.push(error.code))
    writer.end()
    expect(told).toEqual(['ENOSPC'])
    await expect(writer.settle()).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(hex(await hash.digest('sha256'))).toBe(digestOf('sha256', noise))
  } finally {
    await Promise.all([full.close(), hash.end()])
  }
})

test('a file that the system opens past its cache, and then does not write, is written through it', async () => {
  const path = directory.file('through the cache')
  const file = await open(path, 'w')
  // This file accepts only numbers, and otherwise fails with EINVAL.
  const refusing = await open('/proc/self/oom_score_adj', 'r+')
  const hash = startHashThread(['sha256'])
  try {
    const writer = createWriteBehind(hash, file, refusing, 0)
    for (const part of cut(noise, [mib])) await writer.push(part)
    writer.end()
    await writer.settle()
    expect(Buffer.compare(await readFile(path), noise)).toBe(0)
  } finally {
    await Promise.all([file.close(), refusing.close(), hash.end()])
  }
})

test('a hash thread that died fails who asks it, and nobody waits for it', async () => {
  const hash = startHashThread(['sha256'])
  const slot = await hash.slots.take(0)
  const asked = hash.update(slot, mib)
  await Promise.all([hash.end(), expect(asked).rejects.toMatchObject({ code: 'internal' })])
  await expect(hash.digest('sha256')).rejects.toMatchObject({ code: 'internal' })
})
