import { expect, test } from 'vitest'
import type { Api } from '../../../../src-shared/api.ts'
import { ok } from '../../../../src-shared/result.ts'
import { createDoor } from '../../../../src-main/hosts/electron/door.ts'
import type { Sender } from '../../../../src-main/hosts/electron/our-page.ts'
import type { WindowCalls } from '../../../../src-shared/window-api.ts'

const page: Sender = { url: 'app://kindling/index.html', parent: null }

/** Makes a door to calls that record their arguments. */
function makeDoor() {
  const asked: [string, unknown][] = []
  const answerAll = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => async (args: unknown) => {
      asked.push([name, args])
      if (name === 'drives') throw new Error('no drives today')
      return ok(null)
    },
  })
  return { door: createDoor(answerAll as Api, answerAll as WindowCalls), asked }
}

test('calls of both contracts pass with the arguments that were agreed, and no others', async () => {
  const { door, asked } = makeDoor()
  expect(await door(page, 'cancel', { id: 'a', more: 'than agreed' })).toEqual(ok(null))
  expect(await door(page, 'copyText', { text: 'x' })).toEqual(ok(null))
  expect(asked).toEqual([
    ['cancel', { id: 'a' }],
    ['copyText', { text: 'x' }],
  ])
})

test.each<[string, Sender]>([
  ['a frame that is gone', null],
  ['a page of the web', { url: 'https://example.org/', parent: null }],
  ['a file', { url: 'file:///index.html', parent: null }],
  ['another host of the scheme', { url: 'app://other/index.html', parent: null }],
  ['a host that begins the same', { url: 'app://kindling.example.org/', parent: null }],
  ['a frame inside of the page', { url: 'app://kindling/index.html', parent: {} }],
  ['a frame without an address', { url: '', parent: null }],
])('%s is turned away', async (_name, sender) => {
  const { door, asked } = makeDoor()
  expect(await door(sender, 'surroundings', {})).toMatchObject({ ok: false, failure: { code: 'usage' } })
  expect(asked).toEqual([])
})

test.each<[string, unknown, unknown]>([
  ['a name of no contract', 'format', {}],
  ['a name that every object has', 'constructor', {}],
  ['the subscription, which is no call', 'subscribe', {}],
  ['a name that is no text', ['drives'], {}],
  ['a missing argument', 'cancel', {}],
  ['no arguments', 'cancel', undefined],
  ['an address where a key is agreed', 'openLink', { link: 'https://example.org/' }],
])('%s is refused before anything is called', async (_name, name, args) => {
  const { door, asked } = makeDoor()
  expect(await door(page, name, args)).toMatchObject({ ok: false, failure: { code: 'usage' } })
  expect(asked).toEqual([])
})

test('a call that throws answers with a failure', async () => {
  const { door } = makeDoor()
  expect(await door(page, 'drives', {})).toMatchObject({ ok: false, failure: { code: 'internal' } })
})
