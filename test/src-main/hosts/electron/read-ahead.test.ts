import { expect, test } from 'vitest'
import type { Api } from '../../../../src-shared/api.ts'
import type { Catalog } from '../../../../src-shared/artifact.ts'
import { ok } from '../../../../src-shared/result.ts'
import { readAhead } from '../../../../src-main/hosts/electron/read-ahead.ts'

const failure = { code: 'network-unreachable', title: 'Gone', advice: '', details: {}, driveState: null } as const
const catalogOf = (offline: string | null) => ({ stream: 'stable', offline }) as Catalog

/**
 * Makes a core whose server answers when the test calls `answer`.
 * @param seen – whether the stream was read before, so that a stored copy exists
 */
function makeCore(seen: boolean) {
  const asked: unknown[] = []
  let answer: () => void = () => {}
  const fresh = new Promise<void>((resolve) => (answer = resolve)).then(() => ok(catalogOf(null)))
  const api = {
    catalog: async (args: { offline?: boolean }) => {
      asked.push(args)
      if (!args.offline) return fresh
      return seen ? ok(catalogOf('as last seen')) : { ok: false, failure }
    },
  } as unknown as Api
  return {
    ...readAhead(api, 'stable'),
    asked,
    async answer() {
      answer()
      await new Promise(setImmediate)
    },
  }
}

test('a stream that the server has told of by then is known as it is, once', async () => {
  const { known, answer } = makeCore(true)
  await answer()
  expect(await known()).toEqual(catalogOf(null))
  expect(await known()).toEqual(catalogOf('as last seen'))
})

test('before the server answers a stream is known as it was last seen, and who asks for it shares the question', async () => {
  const { known, api, asked, answer } = makeCore(true)
  expect(await known()).toEqual(catalogOf('as last seen'))
  const asking = api.catalog({ stream: 'stable' })
  expect(asked).toHaveLength(2)
  await answer()
  expect(await asking).toEqual(ok(catalogOf(null)))
})

test('a stream that was never seen is not known before the server answers', async () => {
  expect(await makeCore(false).known()).toBeNull()
})

test('the server is asked again by who asks again, and for another stream or place', async () => {
  const { api, asked } = makeCore(true)
  void api.catalog({ stream: 'next' })
  void api.catalog({ stream: 'stable', streamBaseUrl: 'https://mirror.example/' })
  void api.catalog({ stream: 'stable' })
  void api.catalog({ stream: 'stable' })
  expect(asked.slice(2)).toEqual([
    { stream: 'next' },
    { stream: 'stable', streamBaseUrl: 'https://mirror.example/' },
    { stream: 'stable' },
  ])
})

test('a stream that was told as it is, is asked for anew by who asks then', async () => {
  const { known, api, asked, answer } = makeCore(true)
  await answer()
  await known()
  void api.catalog({ stream: 'stable' })
  expect(asked).toHaveLength(3)
})
