import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieceSize } from '../../../../../src-main/memory/piece.ts'
import { Ring } from '../../../../../src-main/image/decode/thread/ring.ts'
import { runs } from '../../../../support/run/tier.ts'

const frames = 12

/**
 * A decoder fills the ring, and drives hold its frames. The model knows the content of every byte
 * of the ring, in units of a 16th of a frame, and what each held frame had when it was handed out.
 * Frames are released about as often as they are held, so that some stay held for several files.
 */
type Step =
  | { do: 'fill'; units: number; isZero: boolean }
  | { do: 'release'; of: number }
  | { do: 'file'; frames: number; isZero: boolean }

const unit = pieceSize / 16
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('fill' as const),
      units: fc.integer({ min: 1, max: 32 }),
      isZero: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), of: fc.nat(100) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('file' as const),
      frames: fc.integer({ min: 5, max: frames }),
      isZero: fc.boolean(),
    }),
  },
)

test('whatever is filled, held for long and released, no held frame is filled again, and no byte is lost', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
      const ring = new Ring(frames)
      const memory = new Uint32Array(frames * 16)
      const held: { frame: number; content: number[] }[] = []
      let [filled, handed] = [0, 0]
      let used = frames

      const contentOf = (frame: number, length: number) => [...memory.subarray(frame * 16, frame * 16 + length / unit)]
      const take = (taken: { frame: number; length: number }[], isZero: boolean) => {
        for (const { frame, length } of taken) {
          const content = contentOf(frame, length)
          // In order, and nothing is left out.
          expect(content).toEqual(content.map(() => ++handed))
          if (isZero) continue
          expect(held.some((other) => other.frame === frame)).toBe(false)
          ring.hold(frame)
          held.push({ frame, content })
        }
      }

      for (const each of steps) {
        if (each.do === 'fill') {
          const length = each.units * unit
          const room = ring.room(length + unit)
          if (room < length + unit) {
            // No room: because a frame is held, never for another reason.
            const next = Math.floor((ring.position + room) / pieceSize)
            expect(held.some(({ frame }) => frame === next || frame === next % used)).toBe(true)
            continue
          }
          // A chunk that crosses the end is decoded behind it, and copied to the start.
          const start = ring.position / unit
          for (let at = start; at < start + each.units; at++) {
            memory[at] = ++filled
            memory[at % (used * 16)] = filled
          }
          // The decoder copies more than it needs to, behind the chunk.
          memory[start + each.units] = 0
          take(ring.advance(length), each.isZero)
        } else if (each.do === 'release' && held.length > 0) {
          const [{ frame, content }] = held.splice(each.of % held.length, 1) as [(typeof held)[number]]
          expect(contentOf(frame, content.length * unit)).toEqual(content)
          ring.release(frame)
        } else if (each.do === 'file') {
          take(ring.end(), each.isZero)
          used = each.frames
          ring.begin(used)
          expect(ring.position % pieceSize).toBe(0)
        }
        for (const { frame, content } of held) expect(contentOf(frame, content.length * unit)).toEqual(content)
      }
      take(ring.end(), true)
      expect(handed).toBe(filled)
    }),
    runs(60, 3000),
  )
})

test('a ring of which nothing is held has room for the largest chunk wherever it stands', () => {
  const ring = new Ring(5)
  for (let turn = 0; turn < 100; turn++) {
    expect(ring.room(2 * pieceSize + 16)).toBeGreaterThanOrEqual(2 * pieceSize + 16)
    ring.advance(777_777)
  }
})

test('frames that a larger ring left behind the end of a smaller one are no room, either', () => {
  const ring = new Ring(8)
  ring.advance(5 * pieceSize)
  for (const { frame } of ring.advance(pieceSize)) ring.hold(frame)
  ring.begin(5)
  ring.advance(3 * pieceSize)
  expect(ring.position).toBe(4 * pieceSize)
  expect(ring.room(2 * pieceSize)).toBe(pieceSize)
  ring.release(5)
  expect(ring.room(2 * pieceSize)).toBe(2 * pieceSize)
})
