import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { makeCliWorld, type CliWorld } from '../support/worlds/cli-world.ts'
import { expectDriveState } from '../support/drives/expect-drive.ts'
import { expectFailed } from '../support/expect/expect-events.ts'
import { noteFailure, type Noting } from '../support/faults/fault-matrix.ts'
import { testWith } from '../support/run/needs.ts'
import { readParts } from '../support/files/read-parts.ts'
import { privateDirectories } from '../support/programs/private-directories.ts'
import { makeTemporaryDirectory } from '../support/files/temporary.ts'
import { readWhole, type BadInput } from './bad-input/bad-input.ts'
import { badDrives } from './bad-input/drives.ts'
import { badImages } from './bad-input/images.ts'
import { badProofs } from './bad-input/proofs.ts'
import { badServers } from './bad-input/servers.ts'
import { xzLiars } from './bad-input/xz-liars.ts'

let world: CliWorld
beforeAll(async () => {
  world = await makeCliWorld()
})
afterAll(() => world.dispose())

function refuses(rows: BadInput[]) {
  for (const row of rows) {
    const title = `${row.what}: ${row.code}, exit ${row.exit}, drive ${row.state}`
    testWith(row.needs ?? [], title, ({ task }) => write(row, task))
  }
}

async function write(row: BadInput, task: Noting) {
  const home = await makeTemporaryDirectory()
  const made = await row.make(world)
  const { args, env = {}, drive, dispose } = Array.isArray(made) ? { args: made } : made
  try {
    const usual = drive === undefined ? await world.makeDrive() : null
    const path = drive?.path ?? usual!.path
    const bytes = drive?.bytes === undefined ? path : drive.bytes
    const before = bytes === null ? null : (usual?.before ?? (await readWhole(bytes)))
    const run = await world[row.asProcess ? 'kindling' : 'call'](
      ['write', ...args, '--drive', path, '--yes', '--json'],
      {
        env: { ...privateDirectories(home.path), ...env },
      },
    )
    const failure = expectFailed(run, row.code, row.exit)
    expect(failure.driveState, run.stdout).toBe(row.state)
    expect(failure.details).toMatchObject(row.details ?? {})
    noteFailure(task, row.what, failure)
    if (before !== null) expectDriveState(row.state, { before, after: await readWhole(bytes!) })
    await expectNothingHalfMade(home.path, row.exit)
  } finally {
    await dispose?.()
    await home.dispose()
  }
}

/**
 * Checks that each cached image matches the hash in its name. A partial image may remain if no
 * proof failed.
 */
async function expectNothingHalfMade(home: string, exit: number) {
  const files = await readdir(home, { recursive: true })
  expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([])
  const parts = await readParts(join(home, 'cache/kindling/images'))
  if (exit === 4) expect(parts).toEqual([])
  for (const { isAsNoted, isFree } of parts) expect({ isAsNoted, isFree }).toEqual({ isAsNoted: true, isFree: true })
  for (const name of files.filter((file) => /\/images\/[^.]+$/.test(file)))
    expect(sha256(await readWhole(join(home, name)))).toBe(basename(name))
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

// Each row has its own image, drive and home.
describe.concurrent('write refuses an image', () => refuses(badImages))
describe.concurrent('write refuses an .xz file that lies', () => refuses(xzLiars))
describe.concurrent('write refuses a proof', () => refuses(badProofs))
describe.concurrent('write refuses what a server sends', () => refuses(badServers))
describe.concurrent('write refuses a drive', () => refuses(badDrives))
