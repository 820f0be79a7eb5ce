import { expect, test } from 'vitest'
import type { SourceSpec } from '../../../src-shared/job.ts'
import type { Bridge } from '../../../src-shared/window-api.ts'
import { Preview } from '../../../src-renderer/image/preview.svelte.ts'

const source: SourceSpec = { image: { kind: 'file', path: '/a.raw' } }
const settle = () => new Promise((resolve) => setTimeout(resolve))

function makePreview(ok: boolean) {
  let looks = 0
  const answer = ok ? { ok, value: {} } : { ok, failure: {} }
  const call = (async () => (looks++, answer)) as unknown as Bridge['call']
  return { preview: new Preview(call), looks: () => looks }
}

test('what failed is looked at again when that is wanted, what is known is not', async () => {
  for (const [ok, expected] of [
    [false, 2],
    [true, 1],
  ] as const) {
    const { preview, looks } = makePreview(ok)
    for (let turn = 0; turn < 2; turn++) {
      preview.look(source)
      await settle()
    }
    expect(looks()).toBe(expected)
  }
})

test('what is known is looked at again with another mirror', async () => {
  const { preview, looks } = makePreview(true)
  preview.look(source)
  await settle()
  preview.lookAgain()
  await settle()
  expect(looks()).toBe(2)
})
