import { availableParallelism } from 'node:os'
import { describeImage } from '../bench-image.ts'
import type { Contender } from '../comparison.ts'
import type { Figure } from '../figure.ts'
import { findMissing, programs } from '../programs.ts'

const workerCounts = [1, 2, 4]

/**
 * Decoding only, by number of workers. Uses the largest image, which has the most blocks to
 * distribute.
 */
export const decode: Figure = async function* ({ images }) {
  const image = await images.at(-1)!()
  const env = { ...programs, IMAGE: image.path, SIZE: String(image.rawSize) }
  const bytes = image.rawSize
  const counts = workerCounts.filter((count) => count <= Math.max(2, availableParallelism()))
  const name = (count: number) => `${count} worker${count === 1 ? '' : 's'}`
  const workers = (count: number, words = '', option = ''): Contender => ({
    name: name(count) + words,
    missing: findMissing(programs.DECODE),
    command: `[ "$("$NODE" "$DECODE" "$IMAGE" ${count} ${option})" = "$SIZE" ]`,
    env,
    bytes,
  })
  const xz = (count: number): Contender => ({
    name: `xz -T${count}`,
    missing: findMissing('xz'),
    command: `xz -T${count} -dc "$IMAGE" >/dev/null`,
    env,
    bytes,
  })
  yield {
    title: `Decoding ${describeImage(image)} alone`,
    baselines: [name(1), 'xz -T1', 'xz -T2'],
    costs: true,
    contenders: [...counts.map((count) => workers(count)), workers(2, ', sha256 stated', 'stated'), xz(1), xz(2)],
    targets: [
      { of: 'rate', row: name(1), base: 'xz -T1', must: 'at least', limit: 1.4 },
      { of: 'rate', row: name(2), base: name(1), must: 'at least', limit: 1.8 },
    ],
    notes: [
      'The whole process, its start included. An image of few blocks leaves a worker idle at its end.',
      'Stated: blocks are not compared with their own checks.',
    ],
  }
}
