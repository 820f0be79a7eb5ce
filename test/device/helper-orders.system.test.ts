import { renameSync, symlinkSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDrives } from '../../src-main/create-drives.ts'
import { unpackError } from '../../src-main/privileged/messages.ts'
import type { FailureCode } from '../../src-shared/failure-catalog.ts'
import { toFailure } from '../../src-shared/failure.ts'
import { buildOut } from '../support/run/build-out.ts'
import { exchangeFile, makeLoop, type Device } from '../support/drives/devices.ts'
import { noteFailure } from '../support/faults/fault-matrix.ts'
import { installedHelper, makeInstalledHelper } from '../support/programs/installed-helper.ts'
import { lacking } from '../support/run/needs.ts'
import { speakRaw, type RawSession } from '../support/drives/raw-engine.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../support/files/temporary.ts'
import { makeUnprivileged, type Unprivileged } from '../support/programs/unprivileged.ts'
import { mib } from '../support/files/mib.ts'

// The helper is installed and started as packages do it. An unprivileged program sends it requests
// that the engine never would.

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

/** Creates a user who may start the helper in one of the ways, and has no other rights. */
async function become(way: keyof typeof ways, more: { carrier?: string } = {}) {
  const user: Unprivileged = keep(await makeUnprivileged({ ...ways[way].rules, ...more, installed: installed.path }))
  return { user, speak: (sessions: RawSession[]) => speakRaw(user, [...ways[way].words], sessions) }
}

describe.each(['sudo', 'pkexec'] as const)('a helper that %s starts through the launcher of a package', (way) => {
  test('knows for whom it was started: it takes a private invitation of that user alone, and tells nothing of another file', async () => {
    const { user, speak } = await become(way)
    const secrets = keep(await makeTemporaryDirectory('kindling-secret-'))
    await writeFile(secrets.file('secret'), 'root:$6$hash:19000:0:::', { mode: 0o600 })
    // An invitation created by root and readable by everyone.
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

  test('opens whole block devices and nothing else, and reads none that carries the system', async ({ task }) => {
    const partitions = [{ size: 16 * mib, fileSystem: 'ext4' as const }]
    const carrier = keep(await makeLoop({ size: 24 * mib, partitions }))
    const plain = keep(await makeLoop({ size: 8 * mib }))
    const swapped = keep(await makeLoop({ size: 8 * mib, exchangeable: true }))
    const secrets = keep(await makeTemporaryDirectory('kindling-secret-'))
    const secret = secrets.file('secret.img')
    await writeFile(secret, Buffer.alloc(8 * mib, 'secret'), { mode: 0o600 })
    await writeFile(secrets.file('other.img'), Buffer.alloc(8 * mib, 'secret'), { mode: 0o600 })
    await writeFile(plain.file!, Buffer.alloc(8 * mib, 'plain'))
    const links = keep(await makeLinks({ file: secret, drive: plain.device }))
    const [ofCarrier, ofPlain, ofSwapped] = [await identify(carrier), await identify(plain), await identify(swapped)]
    await exchangeFile(swapped.device, secrets.file('other.img'))
    const { number } = await inspectFileOf(secret)
    const ofFile = { ...ofPlain, device: secret, number, attachment: null, medium: null }
    const before = await readFile(carrier.file!)

    const { speak } = await become(way, { carrier: carrier.partitions[0]! })
    const open = (identity: object, mode: 'read' | 'write' = 'read') => ({ act: 'open', identity, mode })
    const take = { act: 'read', slot: 0, offset: 0, length: 4096 }
    const put = { act: 'write', slot: 0, offset: 0, length: 4096 }
    const attempts: [what: string, orders: object[], code: FailureCode | null][] = [
      ['a file of root’s, as a file', [open({ ...ofFile, kind: 'file' }), take], null],
      ['a file of root’s, as a drive', [open(ofFile), take], null],
      ['a path that leaves /dev', [open({ ...ofFile, device: `/dev/..${secret}` }), take], null],
      ['a link in /dev to a file of root’s', [open({ ...ofFile, device: links.file }), take], 'drive-missing'],
      ['a link in /dev to a drive', [open({ ...ofPlain, device: links.drive }), take], 'drive-missing'],
      ['a character device', [open({ ...ofPlain, device: '/dev/mem' }), take], 'drive-missing'],
      ['a directory in /dev', [open({ ...ofPlain, device: '/dev/shm' }), take], 'drive-missing'],
      [
        'a partition of a system drive',
        [open({ ...ofCarrier, device: carrier.partitions[0] }), take],
        'drive-is-partition',
      ],
      ['a system drive, to read', [open(ofCarrier), take], 'drive-system-private'],
      ['a system drive, to write', [open(ofCarrier, 'write'), put], 'drive-system'],
      ['another drive under the name', [open({ ...ofSwapped, device: plain.device }), take], 'drive-changed'],
      ['another medium under the number', [open(ofSwapped, 'write'), put], 'drive-changed'],
    ]
    // The helper is the same with both tools, so pkexec runs only the two most important kinds of
    // attempts.
    if (way === 'pkexec')
      attempts.splice(0, Infinity, ...attempts.filter(([what]) => /as a drive|system drive, to/.test(what)))
    const ends = await speak([
      ...attempts.map(([, orders]) => ({ orders })),
      { orders: [open(ofPlain), take, put, { act: 'close' }] },
    ])
    for (const [index, [what, , code]] of attempts.entries()) {
      const { met, replies, slot, code: exit } = ends[index]!
      expect(met, what).toBe(true)
      expect(slot, what).toMatch(/^\0*$/)
      if (code === null) {
        expect(replies, what).toEqual([])
        expect(exit, what).not.toBe(0)
        continue
      }
      const [opened, moved] = replies.map(({ failed }) => failed!)
      expect(opened, what).toMatchObject({ code })
      expect(moved, what).toMatchObject({ code: 'internal', details: { reason: 'no drive is open' } })
      // Device numbers and link names differ between runs.
      if (way === 'sudo' && code !== 'drive-changed' && !what.startsWith('a link'))
        noteFailure(task, `an order to the helper: ${what}`, toFailure(unpackError(opened!)))
    }
    const { replies, slot } = ends.at(-1)!
    expect(slot).toBe('plain'.repeat(1000).slice(0, 4096))
    expect(replies[2]).toMatchObject({ failed: { details: { reason: 'the drive is open for reading alone' } } })
    expect((await readFile(carrier.file!)).equals(before)).toBe(true)
    for (const file of [secret, secrets.file('other.img')])
      expect((await readFile(file)).equals(Buffer.alloc(8 * mib, 'secret'))).toBe(true)
  })
})

test('opens no file and no other drive that takes the name of one between its look and its open', async () => {
  const plain = keep(await makeLoop({ size: 8 * mib }))
  const other = keep(await makeLoop({ size: 8 * mib }))
  await writeFile(plain.file!, Buffer.alloc(8 * mib, 'plain'))
  const secrets = keep(await makeTemporaryDirectory('kindling-secret-'))
  const secret = secrets.file('secret.img')
  for (const file of [secret, other.file!]) await writeFile(file, Buffer.alloc(8 * mib, 'secret'), { mode: 0o600 })
  const identity = await identify(plain)
  const { speak } = await become('sudo')
  const tries = [...Array(12).keys()]
  const orders = [
    { act: 'open', identity, mode: 'read' },
    { act: 'read', slot: 0, offset: 0, length: 4096 },
  ]

  const name = keep(await makeUnsteady(plain.device, [secret, other.device]))
  const ends = await speak(tries.map(() => ({ orders })))
  await name.dispose()

  const codes = ends.map(({ replies }) => replies[0]?.failed?.code ?? 'opened')
  for (const [index, { slot }] of ends.entries()) expect(slot, codes[index]).toMatch(/^\0*$|^(plain)+/)
  // The helper met both the drive and its replacements.
  expect(new Set(codes).size, codes.join(', ')).toBeGreaterThan(1)
})

/**
 * Makes a device node alternate quickly between itself and a link to each of the targets.
 * @param device – a device of the test's own
 */
async function makeUnsteady(device: string, targets: string[]) {
  const aside = `${device}-${process.pid}`
  let isOver = false
  const turns = (async () => {
    for (let turn = 0; !isOver; turn++) {
      renameSync(device, aside)
      symlinkSync(targets[turn % targets.length]!, device)
      await delay(10)
      renameSync(aside, device)
      await delay(1)
    }
  })()
  return {
    async dispose() {
      isOver = true
      await turns
    },
  }
}

const inspectFileOf = async (path: string) => (await createDrives().inspect(path)).identity

/** Returns the identity of a drive in the form that a request uses. */
async function identify({ device }: Device) {
  const { kind: _, ...identity } = (await createDrives().inspect(device)).identity
  return identity
}

/** Creates links in /dev/shm, the only folder below /dev where every user may create files. */
async function makeLinks<T extends Record<string, string>>(targets: T) {
  const place = await mkdtemp('/dev/shm/kindling-links-')
  await chmod(place, 0o755)
  const paths = Object.fromEntries(Object.keys(targets).map((name) => [name, join(place, name)])) as T
  for (const [name, target] of Object.entries(targets)) await symlink(target, paths[name]!)
  return { ...paths, dispose: () => rm(place, { recursive: true }) }
}
