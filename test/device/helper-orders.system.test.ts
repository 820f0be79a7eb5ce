import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildOut } from '../support/build-out.ts'
import { installedHelper, makeInstalledHelper } from '../support/installed-helper.ts'
import { lacking } from '../support/needs.ts'
import { speakRaw, type RawSession } from '../support/raw-engine.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/temporary.ts'
import { makeUnprivileged, type Unprivileged } from '../support/unprivileged.ts'

// The helper as packages install and start it, spoken to by a program without rights that says what the engine never would.

const missing = lacking('loop', 'mount', 'sudo', 'pkexec')
const policies = resolve(import.meta.dirname, '../../assets/linux')
const ways = {
  sudo: { rules: { sudo: 'helper-alone' }, words: ['sudo', '-n', '--', installedHelper] },
  pkexec: {
    rules: { polkit: 'yes', action: 'org.kindling.Kindling.open-drive', policies },
    words: ['pkexec', installedHelper],
  },
} as const

let made: { dispose(): Promise<unknown> }[] = []
let installed: TemporaryDirectory
const keep = <T extends { dispose(): Promise<unknown> }>(thing: T): T => {
  made.push(thing)
  return thing
}
beforeAll(async () => {
  if (missing !== null) return
  buildOut()
  installed = await makeInstalledHelper()
})
afterAll(() => installed?.dispose())
beforeEach((context) => {
  if (missing !== null) context.skip(missing)
})
afterEach(async () => {
  for (const thing of made.toReversed()) await thing.dispose()
  made = []
})

/** A user who may start the helper, in one of the ways, and nothing else. */
async function become(way: keyof typeof ways, more: { carrier?: string } = {}) {
  const user: Unprivileged = keep(await makeUnprivileged({ ...ways[way].rules, ...more, installed: installed.path }))
  return { user, speak: (sessions: RawSession[]) => speakRaw(user, [...ways[way].words], sessions) }
}

describe.each(['sudo', 'pkexec'] as const)('a helper that %s starts through the launcher of a package', (way) => {
  it('knows for whom it was started: it takes a private invitation of that user alone, and tells nothing of another file', async () => {
    const { user, speak } = await become(way)
    const secrets = keep(await makeTemporaryDirectory('kindling-secret-'))
    await writeFile(secrets.file('secret'), 'root:$6$hash:19000:0:::', { mode: 0o600 })
    // One that root made, and everybody may read.
    const ofRoot = user.shared('shadow')
    const [taken, readable, foreign, secret] = await speak([
      {},
      { mode: 0o644 },
      { invitation: ofRoot },
      { invitation: secrets.file('secret') },
    ])
    expect(taken, taken!.stderr).toMatchObject({ met: true, code: 0 })
    for (const refused of [readable!, foreign!, secret!]) {
      expect(refused).toMatchObject({ met: false })
      expect(refused.stderr).toContain('this invitation is not private')
      expect(refused.stderr).not.toContain('$6$')
    }
  })
})
