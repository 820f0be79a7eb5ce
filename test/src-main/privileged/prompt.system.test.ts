import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDrives } from '../../../src-main/create-drives.ts'
import { elevationWays } from '../../../src-main/privileged/elevation.ts'
import { createPrivilegedOpener } from '../../../src-main/privileged/open-privileged.ts'
import type { JobEvent } from '../../../src-shared/job.ts'
import { buildOut } from '../../support/run/build-out.ts'
import { makeRawImage } from '../../support/images/coreos-image.ts'
import { makeLoop, type Device } from '../../support/drives/devices.ts'
import { expectDriveState } from '../../support/drives/expect-drive.ts'
import { runJobHere } from '../../support/worlds/fetch-job.ts'
import { lacking } from '../../support/run/needs.ts'
import { readDevice } from '../../support/drives/read-device.ts'
import { makeTemporaryDirectory, type TemporaryDirectory } from '../../support/files/temporary.ts'
import { makeTestPorts, type TestPorts } from '../../support/worlds/test-ports.ts'
import { mib } from '../../support/files/mib.ts'

// Two things are stand-ins. `pkexec` is a script that waits at a pipe for the user's answer, and
// the clock skips a day in a moment. Everything else is real: Kindling's request, the built helper,
// its drive and the job.

const size = 12 * mib
const raw = makeRawImage({ size: 6 * mib, seed: 12 })
const missing = lacking('loop')

let directory: TemporaryDirectory
let loop: Device
let before: Buffer
let testPorts: TestPorts
let screen: PassThrough
const path = process.env['PATH']
beforeAll(() => {
  if (missing === null) buildOut()
})
beforeEach(async (context) => {
  if (missing !== null) return context.skip(missing)
  directory = await makeTemporaryDirectory('kindling-prompt-')
  execFileSync('mkfifo', ['asked', 'answer'].map(directory.file))
  const prompt = [
    '#!/bin/bash',
    `echo > ${directory.file('asked')}`,
    `read -r answer < ${directory.file('answer')}`,
    '[ "$answer" != yes ] || exec env -u SUDO_UID "$@"',
    'echo "Error executing command as another user: Request dismissed" >&2',
    'exit 126',
  ]
  await writeFile(directory.file('image.raw'), raw)
  await writeFile(directory.file('pkexec'), prompt.join('\n'), { mode: 0o755 })
  process.env['PATH'] = `${directory.path}:${path}`
  loop = await makeLoop({ size })
  await writeFile(loop.file!, Buffer.alloc(size, 0x6b))
  before = await readDevice(loop.device, size)
  screen = new PassThrough({ encoding: 'utf8' })
  const open = createPrivilegedOpener({
    screen,
    ways: elevationWays('linux', 'window'),
    program: [process.execPath, resolve(import.meta.dirname, '../../../out/main/privileged.js')],
  })
  testPorts = await makeTestPorts({ drives: { ...createDrives(), open } })
})
afterEach(async () => {
  vi.useRealTimers()
  process.env['PATH'] = path
  await testPorts?.dispose()
  await loop?.dispose()
  await directory?.dispose()
})

/** Writes the image, and answers the prompt a day later. */
async function write(answer: 'yes' | 'no'): Promise<JobEvent[]> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const told: JobEvent[] = []
  const image = { kind: 'file' as const, path: directory.file('image.raw') }
  const spec = { job: 'write' as const, drive: loop.device, source: { image, insecure: true } }
  const job = runJobHere(testPorts.ports, spec, (event) => told.push(event))
  // Reading a pipe blocks until it is opened for writing.
  await readFile(directory.file('asked'))
  screen.write('covers the prompt')
  for (let minute = 0; minute < 24 * 60; minute++) {
    vi.advanceTimersByTime(60_000)
    await new Promise(setImmediate)
  }
  expect(told.filter(({ event }) => event === 'done' || event === 'failed' || event === 'warning')).toEqual([])
  expect(told.findLast(({ event }) => event === 'phase')).toMatchObject({ phase: 'prepare' })
  expect(screen.read()).toBeNull()
  await writeFile(directory.file('answer'), `${answer}\n`)
  const events = await job
  expect(screen.read()).toBe('covers the prompt')
  return events
}

describe('a prompt for rights that stays open for a day', () => {
  test('is waited for, and the job goes on when it is answered', async () => {
    const end = (await write('yes')).at(-1)
    expect(end).toMatchObject({ event: 'done', receipt: { warnings: [], drive: { state: 'proved' } } })
    const { durations } = (end as Extract<JobEvent, { event: 'done' }>).receipt!
    expect(durations.prepare).toBeGreaterThanOrEqual(24 * 60 * 60 * 1000)
    expectDriveState('proved', { before, after: await readDevice(loop.device, size), image: raw })
  })

  test('may be closed: a calm word, and the drive is untouched', async () => {
    expect((await write('no')).at(-1)).toMatchObject({
      event: 'failed',
      code: 'permission-refused',
      title: `Kindling got no permission to open ${loop.device}`,
      driveState: 'untouched',
    })
    expectDriveState('untouched', { before, after: await readDevice(loop.device, size) })
  })
})
