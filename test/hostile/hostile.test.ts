import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPlain } from '../../src-shared/plain.ts'
import { failureOf } from '../support/expect/failing.ts'
import { findEnglishOf } from '../support/window/find-english.ts'
import { lacking, testWith } from '../support/run/needs.ts'
import { makeHostileWorld, type HostileWorld } from './hostile-world.ts'
import { addPublicAddress } from './public-address.ts'
import { cacheFiles } from './rows/cache-files.ts'
import { fileNames } from './rows/file-names.ts'
import { keyrings } from './rows/keyrings.ts'
import { localFiles } from './rows/local-files.ts'
import { metadata } from './rows/metadata.ts'
import { redirects } from './rows/redirects.ts'
import { servers } from './rows/servers.ts'
import { shownTexts } from './rows/shown-texts.ts'
import { signatures } from './rows/signatures.ts'
import type { Tampering } from './tampering.ts'

/** Time after which a row counts as hanging, in milliseconds. */
const longest = 120_000

let world: HostileWorld
let removeAddress = async () => {}
beforeAll(async () => {
  world = await makeHostileWorld()
  if (lacking('public-address') === null) removeAddress = await addPublicAddress()
})
afterAll(async () => {
  await removeAddress()
  await world.dispose()
})

const table: [string, Tampering[]][] = [
  ['stream metadata', metadata],
  ['an address', redirects],
  ['a server', servers],
  ['a signature', signatures],
  ['a keyring', keyrings],
  ['a file of this computer', localFiles],
  ['a file of the cache', cacheFiles],
  ['a file name', fileNames],
  ['a text that is shown', shownTexts],
]

for (const [kind, rows] of table)
  describe(`${kind} (${rows.length} tamperings)`, () => {
    for (const row of rows) {
      const told = `${row.what}: ${row.code ?? 'harmless'}${row.state ? `, drive ${row.state}` : ''}`
      testWith(row.needs ?? [], told, () => meet(row), longest)
    }
  })

async function meet(row: Tampering): Promise<void> {
  const meeting = row.meet(world)
  if (row.code === null) return void (await meeting)
  const failure = await failureOf(meeting)
  expect(failure, JSON.stringify(failure)).toMatchObject({ code: row.code, details: row.details ?? {} })
  if (row.state) expect(failure.driveState).toBe(row.state)
  const texts = JSON.stringify(failure)
  expect(isPlain(texts), texts).toBe(true)
  expect(texts.length).toBeLessThan(4000)
  expect(findEnglishOf(failure)).toEqual([])
  if (row.secret) expect(texts).not.toContain(row.secret)
}

test('the table has a hundred rows, each by a name of its own', () => {
  const names = table.flatMap(([kind, rows]) => rows.map(({ what }) => `${kind}: ${what}`))
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThanOrEqual(100)
})
