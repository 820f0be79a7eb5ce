import { createHash } from 'node:crypto'
import { access, writeFile } from 'node:fs/promises'
import { createMessage, generateKey, sign, type PrivateKey } from 'openpgp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Ports } from '../../../src-main/ports.ts'
import { Updates, type Updater } from '../../../src-main/updates/updates.ts'
import { startMirror, type Mirror } from '../../support/mirror/mirror.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'

const name = 'kindling-0.2.0.AppImage'
const content = Buffer.from('a new version')

let mirror: Mirror
let testPorts: TestPorts
let key: PrivateKey
let armored: string
let file: URL
beforeAll(async () => {
  mirror = await startMirror()
  testPorts = await makeTestPorts()
  const made = await generateKey({
    type: 'ecc',
    curve: 'ed25519Legacy',
    userIDs: { name: 'Release' },
    date: new Date('2025-01-01T00:00:00Z'),
    format: 'object',
  })
  key = made.privateKey
  armored = made.publicKey.armor()
  const sums = Buffer.from(`${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
  const signature = await sign({
    message: await createMessage({ binary: sums }),
    signingKeys: key,
    detached: true,
    format: 'binary',
  })
  await mirror.put('SHA256SUMS', sums)
  await mirror.put('SHA256SUMS.sig', Buffer.from(signature as Uint8Array))
  file = new URL(name, mirror.url)
})
afterAll(async () => {
  await mirror.close()
  await testPorts.dispose()
})

let directory: TemporaryDirectory
let path: string
/** Bytes that the updater downloads. */
let fetched: Buffer
let jobs: number
let change: (count: number) => void
let others: boolean
let updates: Updates
const install = vi.fn<Updater['install']>()
beforeEach(async () => {
  directory = await makeTemporaryDirectory()
  path = directory.file(name)
  fetched = content
  jobs = 0
  others = false
  install.mockReset().mockRejectedValue(new Error('this program goes on'))
  const ports: Ports = { ...testPorts.ports, sleep: () => new Promise(() => {}) }
  const fingerprint = key.getFingerprint().toUpperCase()
  updates = new Updates(ports, {
    why: null,
    keys: { pinned: [{ fingerprint, release: 0 }], bundled: async () => armored, urls: () => [] },
    open: async () => ({
      look: async () => ({
        version: '0.2.0',
        name,
        file,
        referrer: { url: mirror.url, isPublic: false },
        size: content.length,
      }),
      async fetch() {
        await writeFile(path, fetched)
        return path
      },
      install,
    }),
    jobs: {
      get count() {
        return jobs
      },
      onChange: (listener) => (change = listener),
    },
    othersAreBusy: async () => others,
  })
  updates.applyChannel('stable')
  await updates.look()
})
afterEach(() => directory.dispose())

/** Reports the number of running jobs, as the window does. */
function haveJobs(count: number): void {
  jobs = count
  change(count)
}
const unproved = { state: 'failed', failure: { code: 'update-unproved' } }

describe('an update', () => {
  test('is found, fetched and installed when a release key has signed it', async () => {
    expect(updates.now).toMatchObject({ state: 'found', version: '0.2.0' })
    await updates.fetch()
    expect(updates.now).toMatchObject({ state: 'ready', signedBy: key.getFingerprint().toUpperCase() })
    await updates.install()
    expect(install).toHaveBeenCalledOnce()
  })

  test('that is another file than the one that was signed does not stay', async () => {
    fetched = Buffer.from('another version')
    await updates.fetch()
    expect(updates.now).toMatchObject(unproved)
    await expect(access(path)).rejects.toThrow('ENOENT')
  })

  test('that was changed while it lay there is not installed', async () => {
    await updates.fetch()
    await writeFile(path, 'another version')
    await updates.install()
    expect(updates.now).toMatchObject(unproved)
    expect(install).not.toHaveBeenCalled()
  })

  test('is not installed while a job runs, here or in another program, or begins meanwhile', async () => {
    await updates.fetch()
    others = true
    await expect(updates.install()).rejects.toMatchObject({ code: 'update-waits' })
    others = false
    haveJobs(1)
    await expect(updates.install()).rejects.toMatchObject({ code: 'update-waits' })
    haveJobs(0)
    updates.onChange(({ state }) => state === 'installing' && jobs === 0 && haveJobs(1))
    await updates.install()
    expect(install).not.toHaveBeenCalled()
    expect(updates.now).toMatchObject({ state: 'ready', waits: true })
  })
})
